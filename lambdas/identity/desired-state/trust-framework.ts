// What policies may look at: the request's parameters, and the claims that introspection vouches for.
import { type DesiredObject, ref, secretOf, text, type Wanted } from './desired-object.ts'
import { owned } from './ownership.ts'

type ValueType = 'STRING' | 'NUMBER' | 'BOOLEAN' | 'COLLECTION'

export function describeTrustFramework(options: { issuer: string }): DesiredObject[] {
  return [
    folder('MyHotels', undefined, 'Everything that MyHotels decides on.'),
    parameter('service', 'STRING', 'The server that asks.'),
    parameter('resource', 'STRING', 'The tool that is called.'),
    parameter('bearerToken', 'STRING', 'The access token that came with the call, or nothing.'),
    folder('MyHotels.parameters', 'MyHotels', 'Arguments of the call. For a booking, those of its quote.'),
    parameter('parameters.city', 'STRING', 'The city that is searched.'),
    parameter('parameters.hotelId', 'STRING', 'The hotel.'),
    parameter('parameters.startDate', 'STRING', 'The first night.'),
    parameter('parameters.nights', 'NUMBER', 'How many nights.'),
    parameter('parameters.nightlyRate', 'NUMBER', 'The price of one night.'),
    parameter('parameters.totalPrice', 'NUMBER', 'The price of all nights: the amount that policies judge.'),
    parameter('parameters.currency', 'STRING', 'The currency of the prices.'),
    parameter('parameters.quoteId', 'STRING', 'The quote that a booking is made from.'),
    parameter('parameters.transactionId', 'STRING', 'The booking that is finished.'),
    parameter(
      'parameters.approvalRequired',
      'BOOLEAN',
      'Whether the caller’s own policy asks for an approval.',
    ),
    folder('MyHotels.person', 'MyHotels', 'What the hotel API knows of the person who books.'),
    parameter('person.openApprovals', 'NUMBER', 'How many other questions wait for the person’s answer.'),
    parameter(
      'person.secondsSinceDecline',
      'NUMBER',
      'How long ago the person last declined; a day when it was longer ago, or never.',
    ),
    parameter(
      'person.unapprovedTotal',
      'NUMBER',
      'The prices of what was booked without approval within 24 hours, and of this booking.',
    ),

    folder('MyHotels.introspection', 'MyHotels', 'How the services below sign in.'),
    ...introspectedToken({
      ...options,
      folder: 'token',
      about: 'the token that came with a tool call',
      service: 'MyHotels Token Introspection',
      resource: 'mcp',
    }),
    ...introspectedToken({
      ...options,
      folder: 'apiToken',
      about: 'the token that the hotel API was given',
      service: 'MyHotels Hotel API Token Introspection',
      resource: 'hotelApi',
    }),
  ]
}

/** A resource introspects the tokens that are meant for it, and no others: each audience has a service of its own. */
function introspectedToken(options: {
  issuer: string
  folder: string
  about: string
  service: string
  resource: string
}): DesiredObject[] {
  const { folder: name, about, service, resource } = options
  const serviceKey = `authorize.service.introspection.${resource}`
  const claim = (
    claimName: string,
    type: ValueType,
    expression: string,
    description: string,
    defaultValue: string,
  ): DesiredObject =>
    attribute(`MyHotels.${name}.${claimName}`, `MyHotels.${name}`, type, description, {
      resolvers: [{ type: 'SERVICE', value: { id: ref(serviceKey) } }],
      processor: { name: claimName, type: 'JSON_PATH', expression, valueType: { type } },
      defaultValue,
    })
  return [
    constant(
      `introspection.${resource}Id`,
      ref(`resource.${resource}`),
      `The id of the resource of ${about}.`,
    ),
    constant(`introspection.${resource}Secret`, secretOf(`resource.${resource}`), 'Its secret.'),
    {
      key: serviceKey,
      kind: 'service',
      name: service,
      need: 'authorizeEditor',
      wanted: {
        name: service,
        description: owned('Proves signature, expiry and revocation of the bearer token in one step.'),
        serviceType: 'HTTP',
        valueType: { type: 'JSON' },
        // An answer that is kept would outlive a revocation.
        cacheSettings: { ttlSeconds: 0 },
        serviceSettings: {
          url: `${options.issuer}/introspect`,
          verb: 'POST',
          contentType: 'application/x-www-form-urlencoded',
          body: text`token={{${ref('authorize.attribute.MyHotels.bearerToken')}}}`,
          headers: [],
          authentication: {
            type: 'BASIC',
            name: { id: ref(`authorize.attribute.MyHotels.introspection.${resource}Id`) },
            password: { id: ref(`authorize.attribute.MyHotels.introspection.${resource}Secret`) },
          },
          tlsSettings: { tlsValidationType: 'DEFAULT' },
          timeoutMilliseconds: 2000,
          // Both are required of an HTTP service. Every decision introspects once, so they must not be what limits calls.
          maximumConcurrentRequests: 200,
          maximumRequestsPerSecond: 1000,
        },
      },
    },
    folder(`MyHotels.${name}`, 'MyHotels', `Claims of ${about}, as introspection reports them.`),
    // A token that is not active has no claims. The defaults then fail every comparison, where a missing value would
    // leave the decision undetermined.
    claim('active', 'BOOLEAN', '$.active', 'Whether the token stands: not expired, not revoked.', 'false'),
    claim('actor', 'STRING', '$.act.sub', 'The client that acts for the person.', 'none'),
    claim('actorBefore', 'STRING', '$.act.act.sub', 'The client that it acts through.', 'none'),
    claim('audience', 'COLLECTION', '$.aud', 'Whom the token is meant for.', '[]'),
    claim('clientId', 'STRING', '$.client_id', 'The client that the token was issued to.', 'none'),
    claim('scope', 'STRING', '$.scope', 'The scopes, separated by spaces.', 'none'),
    claim('groups', 'COLLECTION', '$.groups', 'The groups that the person is in.', '[]'),
  ]
}

function attribute(
  fullName: string,
  parent: string | undefined,
  valueType: ValueType,
  description: string,
  members: { [member: string]: Wanted },
): DesiredObject {
  const name = fullName.slice(fullName.lastIndexOf('.') + 1)
  return {
    key: `authorize.attribute.${fullName}`,
    kind: 'attribute',
    name: fullName,
    need: 'authorizeEditor',
    wanted: {
      name,
      description: owned(description),
      ...(parent === undefined ? {} : { parent: { id: ref(`authorize.attribute.${parent}`) } }),
      valueType: { type: valueType },
      ...members,
    },
  }
}

const folder = (fullName: string, parent: string | undefined, description: string) =>
  attribute(fullName, parent, 'STRING', description, { resolvers: [] })

function parameter(path: string, type: ValueType, description: string): DesiredObject {
  const fullName = `MyHotels.${path}`
  const parent = fullName.slice(0, fullName.lastIndexOf('.'))
  return attribute(fullName, parent, type, description, { resolvers: [{ type: 'REQUEST' }] })
}

const constant = (path: string, value: Wanted, description: string) =>
  attribute(`MyHotels.${path}`, 'MyHotels.introspection', 'STRING', description, {
    resolvers: [{ type: 'CONSTANT', value, valueType: { type: 'STRING' } }],
  })
