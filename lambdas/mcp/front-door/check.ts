/** Looks at a request before its body is read; returns the refusal, or nothing when the request may go on. */
export type FrontDoorCheck = (
  request: Request,
  settings: { allowedOrigins: readonly string[] },
) => Response | undefined
