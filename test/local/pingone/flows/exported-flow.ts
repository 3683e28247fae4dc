// A CIBA flow in the shape in which DaVinci's editor exports one, built otherwise than MyHotels' own: the hint is picked
// by a function, the person is found by a SCIM filter, signs in with a name, and decides on a page of HTML. Like real
// exports it has what is left over from editing: an evaluator that nothing leads to, edges drawn twice, conditions for
// branches that are gone, an annotation, an empty row.

export type ExportedFlow = {
  name: string
  settings: Record<string, unknown>
  trigger: { type: string; subtype?: string }
  graphData: {
    elements: {
      nodes: ({ data: Record<string, unknown> } & Record<string, unknown>)[]
      edges: ({ data: Record<string, unknown> } & Record<string, unknown>)[]
    }
  }
  forms: Record<string, Record<string, unknown>>
}

/** A text in the editor's rich text, split as the editor splits it; `{{…}}` at its start makes it a reference. */
export function slate(...parts: string[]): string {
  const children = parts.map((part) =>
    part.startsWith('{{')
      ? { type: 'link', src: 'auth.svg', url: 'x', data: part, tooltip: part, children: [{ text: 'x' }] }
      : { text: part },
  )
  return JSON.stringify([{ children: [{ text: '' }, ...children, { text: '' }] }])
}

const requested = (name: string) => `{{global.parameters.authorizationRequest.${name}}}`
/** A reference as a text of its own, as the editor writes those that are typed in. */
const typed = (reference: string) => JSON.stringify([{ children: [{ text: '' }, { text: reference }] }])
const output = (node: string, member: string) => `{{local.${node}.payload.output.${member}}}`

/** PingOne's own instances; their ids are the same in every environment. */
const instances: Record<string, string> = {
  pingOneSSOConnector: '94141bf2f1b9b59a5f5365ff135e02bb',
  flowConnector: '2581eb287bb1d9bd29ae9886d675f89f',
  notificationsConnector: 'cacf3d2861657174d93cbf445d55797a',
  httpConnector: '867ed4363b2bc21c860085ad2baa817d',
  functionsConnector: 'de650ca45593b82c49064ead10b9fe17',
  pingOneFormsConnector: '8209285e0d2f3fc76bfd23fd10d45e6f',
  pingOneAuthenticationConnector: 'c3e6a164bde107954e93f5c09f0c8bce',
  errorConnector: '53ab83a4a4ab919d9f2cb02d9e111ac8',
}

const canvas = {
  position: { x: 100, y: 100 },
  removed: false,
  selected: false,
  selectable: true,
  locked: false,
  grabbable: true,
  pannable: false,
  classes: '',
}

function call(
  id: string,
  connectorId: string,
  capabilityName: string,
  properties: Record<string, unknown>,
  more: Record<string, unknown> = {},
) {
  const wrapped = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, { value }]))
  const data = {
    id,
    nodeType: 'CONNECTION',
    connectionId: instances[connectorId],
    connectorId,
    capabilityName,
    name: id,
    label: id,
    status: 'configured',
    type: 'action',
    properties: { nodeTitle: { value: id }, ...wrapped },
    ...more,
  }
  return { data, group: 'nodes', ...canvas }
}

function evaluator(id: string, conditions: Record<string, string> = {}) {
  const properties = Object.fromEntries(
    Object.entries(conditions).map(([target, value]) => [target, { value }]),
  )
  return { data: { id, nodeType: 'EVAL', label: 'Evaluator', properties }, group: 'nodes', ...canvas }
}

let edges = 0
function edge(source: string, target: string, outcome?: string) {
  edges += 1
  const data = {
    id: `edge${edges}`,
    source,
    target,
    ...(outcome === undefined ? {} : { multiValueSourceId: outcome }),
  }
  return { data, group: 'edges', ...canvas }
}

const signInForm = '0d8f2c34-5b7a-4c1e-9f00-1a2b3c4d5e6f'
const text = (words: string) => JSON.stringify([{ type: 'paragraph', children: [{ text: words }] }])
const translated = (key: string, words: string) =>
  JSON.stringify([
    {
      type: 'paragraph',
      children: [{ text: '' }, { type: 'i18n', key, defaultTranslation: words, children: [{ text: '' }] }],
    },
  ])

export function exportedFlow(): ExportedFlow {
  const unknownUser = (id: string, words: string) =>
    call(id, 'pingOneAuthenticationConnector', 'returnErrorResponseRedirect', {
      customErrorFlag: true,
      errorMessage: 'unknown_user_id',
      errorDescription: slate(words),
      errorReason: slate('{{local.findsomeone.payload.error.message}}'),
    })
  return {
    name: 'Somebody else’s approval'.replace('’', "'"),
    settings: {
      csp: "worker-src 'self' blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval';",
      enforcedCsp: "script-src 'nonce-rAnd0m' 'strict-dynamic'; object-src 'none'",
      customTimeoutErrorScreenMessage: '',
      logLevel: 3,
      cibaFlow: true,
      useCustomCSS: true,
      css: 'img{width:80px}',
    },
    trigger: { type: 'AUTHENTICATION', subtype: 'CIBA' },
    graphData: {
      elements: {
        nodes: [
          call('pickthehint', 'functionsConnector', 'customFunction', {
            variableInputList: [
              { name: 'hint', preferredDataType: 'string', value: typed(requested('login_hint')) },
              {
                name: 'token',
                preferredDataType: 'string',
                value: typed(requested('id_token_hint_claims.sub')),
              },
            ],
            outputSchema: '{"output":{"type":"object"}}',
            code: '// picks what there is\nmodule.exports = async ({params}) => {\n  return { who: params.hint || params.token }\n}',
          }),
          call('findsomeone', 'pingOneSSOConnector', 'userLookup', {
            matchAttributes: ['username'],
            useCustomSCIMFilter: true,
            scimFilter: slate(
              '(username eq "',
              output('pickthehint', 'who'),
              '") or ',
              '(id eq "',
              output('pickthehint', 'who'),
              '")',
            ),
          }),
          unknownUser('nobodythere', 'Invalid username provided'),
          call('hasanemail', 'functionsConnector', 'AIsEmpty', {
            leftValueA: slate(output('findsomeone', 'matchedUser.email')),
            checkNullORUndefined: true,
          }),
          unknownUser('hasnoemail', 'No email'),
          call('startthelink', 'flowConnector', 'oobStart', {}, { type: 'trigger' }),
          call('sendthemail', 'notificationsConnector', 'sendEmail', {
            userId: slate(output('findsomeone', 'matchedUser.id')),
            email: slate(output('findsomeone', 'matchedUser.email')),
            templateVariant: 'CIBA',
            customTemplateVariant: '{}',
            templateVariables: [
              {
                name: 'magicLink',
                preferredDataType: 'string',
                value: slate(output('startthelink', 'continueLink')),
              },
              {
                name: 'bindingMessage',
                preferredDataType: 'string',
                value: typed(requested('binding_message')),
              },
              {
                name: 'appName',
                preferredDataType: 'string',
                value: slate('{{global.parameters.application.name}}'),
              },
            ],
          }),
          call('nomailsent', 'pingOneAuthenticationConnector', 'returnErrorResponseRedirect', {
            customErrorFlag: true,
            errorMessage: 'notification_failure',
          }),
          call('nowitwaits', 'httpConnector', 'createSuccessResponse', {
            claimsNameValuePairs: [{ name: 'userId', value: slate(output('findsomeone', 'matchedUser.id')) }],
            returnRequestParameters: true,
          }),
          call('continuehere', 'flowConnector', 'oobContinue', {}),
          call(
            'askwhoitis',
            'pingOneFormsConnector',
            'showForm',
            {
              form: signInForm,
              formData: [
                { key: 'user.username', value: slate(output('findsomeone', 'matchedUser.username')) },
                { key: 'user.password', value: '' },
              ],
              dynamicText: [{ key: 'app', value: slate('{{global.parameters.application.name}}') }],
            },
            { outcomes: [{ id: 'out1', result: 'submit', label: 'Sign on' }] },
          ),
          call('checkitall', 'pingOneSSOConnector', 'checkPassword', {
            identifier: slate(output('askwhoitis', 'formData.user.username')),
            matchAttribute: 'username',
            password: slate(output('askwhoitis', 'formData.user.password')),
          }),
          call('trieagain', 'errorConnector', 'customErrorMessage', {
            errorMessage: slate('That did not fit.'),
          }),
          call('samepers', 'functionsConnector', 'AEqualsB', {
            leftValueA: slate(output('checkitall', 'passwordState.user.id')),
            rightValueB: slate(output('findsomeone', 'matchedUser.id')),
          }),
          call('otherpers', 'errorConnector', 'customErrorMessage', {
            errorMessage: slate('Somebody else was asked.'),
          }),
          call('thequestion', 'httpConnector', 'customHTMLTemplate', {
            messageTitle: 'Do you agree?',
            customHTML: [
              '<script>alert(1)</script><form data-id="x"><h1>Do you agree?</h1>',
              '<p>{{hotel}} for {{price}}</p>',
              '<button data-skcomponent="skbutton" data-skbuttontype="form-submit" data-skbuttonvalue="yes">Approve</button>',
              '<button data-skcomponent="skbutton" data-skbuttontype="form-submit" data-skbuttonvalue="no">Decline</button></form>',
            ].join(''),
            hotel: typed(requested('hotel_name')),
            price: typed(requested('amount')),
            formFieldsList: [],
          }),
          call('isityes', 'functionsConnector', 'AEqualsB', {
            leftValueA: slate(output('thequestion', 'buttonValue')),
            rightValueB: slate('yes'),
          }),
          call('saidyes', 'pingOneAuthenticationConnector', 'returnCibaSuccess', {
            userId: slate(output('findsomeone', 'matchedUser.id')),
            authenticationMethods: 'useCustomAuthenticationMethods',
            customAuthenticationMethods: slate('pwd email'),
            overrideAuthState: true,
            accessTokenClaims: [
              { name: 'transaction_id', value: typed(requested('transaction_id')), key: 0.1, type: 'string' },
              { name: 'nights', value: typed(requested('nights')), key: 0.2, type: 'number' },
              { name: 'is_shown', value: slate('true'), key: 0.3, type: 'boolean' },
              { name: 'aud', value: slate('somebody else'), key: 0.4, type: 'string' },
              { name: null, value: null, key: 0.5 },
            ],
            idTokenClaims: [
              { name: 'hotel', value: typed(requested('hotel_name')), key: 0.6, type: 'string' },
              { name: 'sub', value: slate('somebody else'), key: 0.7, type: 'string' },
            ],
          }),
          call('saidno', 'pingOneAuthenticationConnector', 'returnCibaError', { customErrorFlag: false }),
          call('goodbye', 'pingOneFormsConnector', 'customMessage', { message: slate('That is all.') }),
          evaluator('e1'),
          evaluator('e2', { nobodythere: 'anyTriggersFalse', goneentirely: 'anyTriggersFalse' }),
          evaluator('e3', {
            hasnoemail: 'allTriggersTrue',
            startthelink: 'anyTriggersFalse',
            continuehere: 'anyTriggersFalse',
          }),
          evaluator('e4'),
          evaluator('e5', { lbContext: 'global', nomailsent: 'anyTriggersFalse' }),
          evaluator('e6'),
          evaluator('e7'),
          evaluator('e8', { trieagain: 'anyTriggersFalse' }),
          evaluator('e9', { otherpers: 'anyTriggersFalse' }),
          evaluator('e10'),
          evaluator('e11', { saidno: 'anyTriggersFalse' }),
          evaluator('e12', { goodbye: 'always' }),
          evaluator('e13', { goodbye: 'allTriggersComplete' }),
          evaluator('orphan'),
          {
            data: {
              id: 'anote',
              nodeType: 'ANNOTATION',
              connectorId: 'annotationConnector',
              connectionId: '921bfae85c38ed45045e07be703d86b8',
              capabilityName: 'updateAnnotationProperties',
              properties: { annotation: { value: 'A flow of somebody else' } },
            },
            group: 'nodes',
            ...canvas,
          },
        ],
        edges: [
          edge('pickthehint', 'e1'),
          edge('pickthehint', 'e1'),
          edge('e1', 'findsomeone'),
          edge('findsomeone', 'e2'),
          edge('e2', 'nobodythere'),
          edge('e2', 'hasanemail'),
          edge('hasanemail', 'e3'),
          edge('e3', 'continuehere'),
          edge('e3', 'hasnoemail'),
          edge('e3', 'startthelink'),
          edge('startthelink', 'e4'),
          edge('e4', 'sendthemail'),
          edge('sendthemail', 'e5'),
          edge('sendthemail', 'e5'),
          edge('e5', 'nowitwaits'),
          edge('e5', 'nomailsent'),
          edge('continuehere', 'e6'),
          edge('e6', 'askwhoitis'),
          edge('askwhoitis', 'e7', 'out1'),
          edge('e7', 'checkitall'),
          edge('checkitall', 'e8'),
          edge('e8', 'samepers'),
          edge('e8', 'trieagain'),
          edge('samepers', 'e9'),
          edge('e9', 'thequestion'),
          edge('e9', 'otherpers'),
          // Written by some versions of the editor for a node with one exit.
          edge('thequestion', 'e10', 'thequestion'),
          edge('e10', 'isityes'),
          edge('isityes', 'e11'),
          edge('e11', 'saidyes'),
          edge('e11', 'saidno'),
          edge('saidyes', 'e12'),
          edge('saidno', 'e13'),
          edge('e12', 'goodbye'),
          edge('e13', 'goodbye'),
          edge('orphan', 'saidno'),
        ],
      },
    },
    forms: {
      [signInForm]: {
        id: signInForm,
        name: "Somebody else's sign-on",
        category: 'CUSTOM',
        cols: 4,
        markOptional: true,
        markRequired: false,
        textAutoCompleteEnabled: false,
        passwordAutoCompleteEnabled: false,
        translationMethod: 'TRANSLATE',
        components: {
          fields: [
            {
              type: 'SLATE_TEXTBLOB',
              position: { row: 0, col: 0 },
              key: 'rich-text',
              content: JSON.stringify([
                { type: 'heading-1', children: [{ text: 'Sign on for {{app}}' }] },
                { type: 'divider', children: [{ text: '' }] },
              ]),
            },
            { type: 'ERROR_DISPLAY', position: { row: 1, col: 0 } },
            {
              type: 'TEXT',
              position: { row: 2, col: 0 },
              key: 'user.username',
              label: translated('fields.user.username.label', 'Username'),
              required: true,
              validation: { type: 'NONE', regex: '', errorMessage: '' },
            },
            {
              type: 'PASSWORD',
              position: { row: 3, col: 0 },
              key: 'user.password',
              label: translated('fields.user.password.label', 'Password'),
              required: true,
            },
            { type: 'SUBMIT_BUTTON', position: { row: 4, col: 0 }, label: text('Sign on') },
          ],
        },
        created: '2026-05-28T14:19:36.792Z',
        modified: '2026-06-03T11:28:53.151Z',
        readOnly: false,
      },
    },
  }
}
