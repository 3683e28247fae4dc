declare module 'spel2js' {
  const spel2js: {
    SpelExpressionEvaluator: {
      compile(expression: string): { eval(context: object, locals: object): unknown }
    }
  }
  export default spel2js
}
