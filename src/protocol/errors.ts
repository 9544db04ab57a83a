/**
 * The error codes of Tenuo protocol v1 that this program answers with
 * (wire-format-v1, appendix A.1). A denial always carries one.
 */
export const codes = {
  UnsupportedEnvelopeVersion: 1000,
  InvalidEnvelopeStructure: 1001,
  SignatureInvalid: 1100,
  SignatureAlgorithmMismatch: 1101,
  UnsupportedAlgorithm: 1102,
  InvalidKeyLength: 1103,
  InvalidSignatureLength: 1104,
  UnsupportedPayloadVersion: 1200,
  InvalidPayloadStructure: 1201,
  MalformedCBOR: 1202,
  UnknownPayloadField: 1203,
  MissingRequiredField: 1204,
  WarrantExpired: 1300,
  WarrantNotYetValid: 1301,
  IssuedInFuture: 1302,
  TTLExceeded: 1303,
  InvalidIssuer: 1400,
  ParentHashMismatch: 1401,
  DepthExceeded: 1402,
  DepthViolation: 1403,
  ChainTooLong: 1404,
  ChainBroken: 1405,
  UntrustedRoot: 1406,
  ToolNotAuthorized: 1500,
  ConstraintViolation: 1501,
  InvalidAttenuation: 1502,
  CapabilityExpansion: 1503,
  UnknownConstraintType: 1504,
  PopSignatureInvalid: 1600,
  PopExpired: 1601,
  PopChallengeInvalid: 1602,
  InsufficientApprovals: 1700,
  ApprovalInvalid: 1701,
  ApproverNotAuthorized: 1702,
  ApprovalExpired: 1703,
  UnsupportedApprovalVersion: 1704,
  ApprovalPayloadInvalid: 1705,
  ApprovalRequestHashMismatch: 1706,
  ApprovalRequired: 1707,
  WarrantRevoked: 1800,
  SRLInvalid: 1801,
  SRLVersionRollback: 1802,
  WarrantTooLarge: 1900,
  ChainTooLarge: 1901,
  TooManyTools: 1902,
  TooManyConstraints: 1903,
  ExtensionTooLarge: 1904,
  ValueTooLarge: 1905,
  ReservedExtensionKey: 2000,
  InvalidExtensionValue: 2001,
  ReservedToolName: 2100,
} as const;

/** The name of a published error code. */
export type CodeName = keyof typeof codes;

/** HTTP status by the hundreds of a code (wire-format-v1, appendix A.3). */
const statuses = {
  10: 400,
  11: 401,
  12: 400,
  13: 401,
  14: 403,
  15: 403,
  16: 401,
  17: 403,
  18: 401,
  19: 413,
  20: 400,
  21: 400,
} as const;

/** A status that a published code answers with. */
export type HttpStatus = (typeof statuses)[keyof typeof statuses];

const statusOfRange: ReadonlyMap<number, HttpStatus> = new Map(
  Object.entries(statuses).map(([range, status]) => [Number(range), status]),
);

/** The HTTP status of a published code; undefined for a number outside the published ranges. */
export function httpStatus(code: number): HttpStatus | undefined {
  return statusOfRange.get(Math.floor(code / 100));
}

/** A protocol check that failed. `code` is the published number, `name` its published name. */
export class ProtocolError extends Error {
  readonly code: number;

  constructor(name: CodeName, message: string) {
    super(message);
    this.name = name;
    this.code = codes[name];
  }
}
