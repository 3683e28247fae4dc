/**
 * esbuild's alias, relative to the project's root, that puts the MCP SDK's light JSON Schema validator in place of Ajv
 * and its code generator: every schema here is our own and checked by zod. The SDK does not document this entry.
 */
export const lightValidator = {
  '@modelcontextprotocol/server/_shims': './node_modules/@modelcontextprotocol/server/dist/shimsBrowser.mjs',
}
