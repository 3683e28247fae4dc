import { describe, expect, test } from '@jest/globals'
import { type Document, reduceDocument, reduceSchema } from './reduce-document.ts'

const document: Document = {
  paths: {
    '/groups/{groupID}': {
      get: {
        summary: 'Reads a group',
        operationId: 'readGroup',
        parameters: [
          { name: 'groupID', in: 'path', required: true, schema: { type: 'string' } },
          { $ref: '#/components/parameters/include' },
        ],
        responses: {
          '200': {
            description: 'It is there',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Group' }, example: {} } },
          },
          '404': { description: 'It is not' },
        },
      },
      delete: { responses: { '204': { description: 'Gone' } } },
    },
    '/users': { get: { responses: { '200': { description: 'All' } } } },
  },
  components: {
    parameters: {
      include: { name: 'include', in: 'query', description: 'More', schema: { type: 'string' } },
    },
    schemas: {
      Group: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', maxLength: 256, description: 'How it is called' },
          description: { type: 'string' },
          population: { $ref: '#/components/schemas/Population' },
        },
      },
      Population: { type: 'object', title: 'Population', additionalProperties: false },
      User: { type: 'object' },
    },
  },
}

describe('a reduced document', () => {
  const reduced = reduceDocument(document, (method, path) => method === 'GET' && path.startsWith('/groups'))

  test('keeps the wanted operations with their query parameters, without sentences', () => {
    expect(reduced.paths).toEqual({
      '/groups/{groupID}': {
        get: {
          parameters: [{ $ref: '#/components/parameters/include' }],
          responses: {
            '200': { $ref: '#/components/responses/Response1' },
            '404': { $ref: '#/components/responses/Response2' },
          },
        },
      },
    })
    expect(JSON.stringify(reduced)).not.toMatch(/How it is called|Reads a group|More|It is/)
  })

  test('keeps the components that they lead to, and no others', () => {
    expect(Object.keys(reduced.components.schemas ?? {})).toEqual(['Group', 'Population'])
    expect(reduced.components.parameters).toEqual({
      include: { name: 'include', in: 'query', schema: { type: 'string' } },
    })
  })

  test('keeps a member that is named like a sentence', () => {
    expect(reduced.components.schemas?.Group).toEqual({
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string', maxLength: 256 },
        description: { type: 'string' },
        population: { $ref: '#/components/schemas/Population' },
      },
    })
  })

  test('refuses a reference that leads nowhere', () => {
    const broken: Document = {
      paths: { '/groups': { get: { responses: { '200': { $ref: '#/components/responses/None' } } } } },
      components: {},
    }

    expect(() => reduceDocument(broken, () => true)).toThrow('#/components/responses/None leads nowhere')
  })
})

test.each([
  ['enumerations', { type: 'string', enum: ['A'], description: 'x' }, { type: 'string', enum: ['A'] }],
  ['what is read-only', { readOnly: true, example: 'x' }, { readOnly: true }],
  ['a closed object', { additionalProperties: false }, { additionalProperties: false }],
  ['alternatives', { oneOf: [{ title: 'x' }, { type: 'null' }] }, { oneOf: [{}, { type: 'null' }] }],
  [
    'a discriminator',
    { discriminator: { propertyName: 'type', mapping: { A: '#/components/schemas/A' }, 'x-note': 'x' } },
    { discriminator: { propertyName: 'type', mapping: { A: '#/components/schemas/A' } } },
  ],
])('a reduced schema keeps %s', (_name, schema, expected) => {
  expect(reduceSchema(schema)).toEqual(expected)
})
