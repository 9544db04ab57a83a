/** How the service names itself to those who ask. */
export const serviceName = "tenuo-authorizer";
