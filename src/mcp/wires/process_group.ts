/** A process that leads a group of its own, and whatever it has started in that group. */
import { kill } from "node:process";

/** Milliseconds between two looks at whether a group is gone. */
const lookEvery = 20;

/** True when the promise settled in time. Its failure is no failure here. */
export async function isSettled(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const settled = promise.then(() => true, () => true);
  const isInTime = await Promise.race([settled, late]);
  clearTimeout(timer);
  return isInTime;
}

/** Signals every process of the group. False when there is none. */
export function signalGroup(leader: number, signal: Deno.Signal): boolean {
  try {
    Deno.kill(-leader, signal);
    return true;
  } catch {
    return false;
  }
}

function isThere(leader: number): boolean {
  try {
    kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ends what is left of a group whose leader is gone. Its number is not used again before. */
export async function endGroup(leader: number, patience: number): Promise<void> {
  if (!isThere(leader) || !signalGroup(leader, "SIGTERM")) return;
  for (let waited = 0; waited < patience; waited += lookEvery) {
    await new Promise((resolve) => setTimeout(resolve, lookEvery));
    if (!isThere(leader)) return;
  }
  signalGroup(leader, "SIGKILL");
}
