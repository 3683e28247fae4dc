// Refusals for want of authority. The public text never says which check failed, beyond what RFC 6750 asks for;
// the private detail does.
import { HotelApiError } from './hotel-api-error.ts'

export class MissingTokenError extends HotelApiError {
  constructor() {
    super({
      name: 'MissingTokenError',
      code: 'missing_token',
      status: 401,
      message: 'Send an access token for this API in the Authorization header.',
      // RFC 6750 section 3.1: no error code when no credential was sent; section 3: the scheme never stands alone.
      headers: { 'www-authenticate': 'Bearer realm="MyHotels"' },
    })
  }
}

export class InsufficientScopeError extends HotelApiError {
  constructor(scope: string) {
    super({
      name: 'InsufficientScopeError',
      code: 'insufficient_scope',
      status: 403,
      message: `The access token does not carry the scope ${scope}. Ask for a token that does.`,
      headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    })
  }
}

export class WrongAuthorityError extends HotelApiError {
  constructor(detail: string) {
    super({
      name: 'WrongAuthorityError',
      code: 'wrong_authority',
      status: 403,
      message:
        'This access token was not issued for this purpose. Use the token that the operation asks for.',
      detail,
    })
  }
}

export class ApprovalRequiredError extends HotelApiError {
  constructor(detail: unknown) {
    super({
      name: 'ApprovalRequiredError',
      code: 'approval_required',
      status: 403,
      message:
        'This booking is confirmed only with the access token of its own, unused approval. Ask the person to approve it first.',
      detail,
    })
  }
}
