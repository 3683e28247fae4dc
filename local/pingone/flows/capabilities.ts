// The capabilities that flows can use here: those of the exported flows that flows like ours consist of, no more.
import { aEqualsB } from './capabilities/a-equals-b.ts'
import { aIsEmpty } from './capabilities/a-is-empty.ts'
import { checkPassword } from './capabilities/check-password.ts'
import { createDeviceAuthentication } from './capabilities/create-device-authentication.ts'
import { createSuccessResponse } from './capabilities/create-success-response.ts'
import { customErrorMessage } from './capabilities/custom-error-message.ts'
import { customFunction } from './capabilities/custom-function.ts'
import { customHTMLTemplate } from './capabilities/custom-html-template.ts'
import { customMessage } from './capabilities/custom-message.ts'
import { oobContinue } from './capabilities/oob-continue.ts'
import { oobStart } from './capabilities/oob-start.ts'
import { readDeviceAuthentication } from './capabilities/read-device-authentication.ts'
import { returnCibaError } from './capabilities/return-ciba-error.ts'
import { returnCibaSuccess } from './capabilities/return-ciba-success.ts'
import { returnErrorResponseRedirect } from './capabilities/return-error-response-redirect.ts'
import { returnSuccessResponseRedirect } from './capabilities/return-success-response-redirect.ts'
import { sendEmail } from './capabilities/send-email.ts'
import { showForm } from './capabilities/show-form.ts'
import { userLookup } from './capabilities/user-lookup.ts'
import { validateAssertionDeviceAuthentication } from './capabilities/validate-assertion-device-authentication.ts'
import type { Capability } from './capability.ts'

export const capabilities: readonly Capability[] = [
  userLookup,
  checkPassword,
  createDeviceAuthentication,
  readDeviceAuthentication,
  validateAssertionDeviceAuthentication,
  oobStart,
  oobContinue,
  customFunction,
  aEqualsB,
  aIsEmpty,
  sendEmail,
  createSuccessResponse,
  customHTMLTemplate,
  showForm,
  customMessage,
  returnCibaSuccess,
  returnCibaError,
  returnErrorResponseRedirect,
  returnSuccessResponseRedirect,
  customErrorMessage,
]
