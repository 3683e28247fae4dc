// Reads the value of an attribute mapping, as the Management API holds it: text with `${…}` wrappers around
// expressions in PingOne's subset of SpEL. Text outside a wrapper is literal, whatever it looks like.
//
//   value      = { text | "${" expression "}" }
//   expression = or [ "?" expression ":" expression ]
//   or         = and { ( "or" | "||" ) and }
//   and        = not { ( "and" | "&&" ) not }
//   not        = ( "not" | "!" ) not | comparison
//   comparison = sum [ ( "==" | "!=" ) sum ]
//   sum        = primary { "+" primary }
//   primary    = literal | reference | "(" expression ")" | map | list
//   map        = "{" ":" "}" | "{" key ":" expression { "," key ":" expression } "}"
//   list       = "{" [ expression { "," expression } ] "}"
//   reference  = ( "#root" | name ) { "." name | "[" string "]" }
//   literal    = string | number | "true" | "false" | "null"

export type Expression =
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'reference'; path: readonly string[] }
  | { kind: 'not'; operand: Expression }
  | { kind: 'binary'; operator: '==' | '!=' | 'and' | 'or' | '+'; left: Expression; right: Expression }
  | { kind: 'ternary'; condition: Expression; consequent: Expression; alternate: Expression }
  | { kind: 'list'; elements: readonly Expression[] }
  | { kind: 'map'; entries: readonly (readonly [string, Expression])[] }

/** Literal text, or an expression that stood in a wrapper. */
export type Part = { kind: 'text'; text: string } | { kind: 'expression'; expression: Expression }

/** The value is not an expression that PingOne understands; the message says where and why. */
export class ExpressionSyntaxError extends Error {
  override readonly name = 'ExpressionSyntaxError'
}

const deepest = 32
const longest = 8192

/** @throws {ExpressionSyntaxError} */
export function parseAttribute(value: string): Part[] {
  if (value.length > longest)
    throw new ExpressionSyntaxError(`An expression has at most ${longest} characters`)
  const parts: Part[] = []
  let position = 0
  while (position < value.length) {
    const start = value.indexOf('${', position)
    const text = value.slice(position, start === -1 ? value.length : start)
    if (text !== '') parts.push({ kind: 'text', text })
    if (start === -1) break
    const parser = new Parser(value, start + 2)
    parts.push({ kind: 'expression', expression: parser.readToEndOfWrapper() })
    position = parser.position
  }
  return parts
}

// A claim set or a map with such a member would reach the prototype of the object that holds it.
const forbiddenNames = new Set(['__proto__', 'constructor', 'prototype'])

const blank = /\s*/y
const name = /[A-Za-z_][A-Za-z0-9_]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?/y

class Parser {
  position: number
  readonly #source: string
  #depth = 0

  constructor(source: string, position: number) {
    this.#source = source
    this.position = position
  }

  readToEndOfWrapper(): Expression {
    const expression = this.#expression()
    if (!this.#take('}')) throw this.#unexpected('"}" at the end of the expression')
    return expression
  }

  #expression(): Expression {
    if (++this.#depth > deepest)
      throw new ExpressionSyntaxError(`An expression nests at most ${deepest} levels`)
    const condition = this.#or()
    let expression = condition
    if (this.#take('?')) {
      const consequent = this.#expression()
      if (!this.#take(':')) throw this.#unexpected('":" of the condition')
      expression = { kind: 'ternary', condition, consequent, alternate: this.#expression() }
    }
    this.#depth--
    return expression
  }

  #or(): Expression {
    let left = this.#and()
    while (this.#takeWord('or') || this.#take('||'))
      left = { kind: 'binary', operator: 'or', left, right: this.#and() }
    return left
  }

  #and(): Expression {
    let left = this.#not()
    while (this.#takeWord('and') || this.#take('&&'))
      left = { kind: 'binary', operator: 'and', left, right: this.#not() }
    return left
  }

  #not(): Expression {
    let negations = 0
    while (this.#takeWord('not') || this.#take('!', '=')) negations++
    let expression = this.#comparison()
    for (; negations > 0; negations--) expression = { kind: 'not', operand: expression }
    return expression
  }

  #comparison(): Expression {
    const left = this.#sum()
    if (this.#take('==')) return { kind: 'binary', operator: '==', left, right: this.#sum() }
    if (this.#take('!=')) return { kind: 'binary', operator: '!=', left, right: this.#sum() }
    return left
  }

  #sum(): Expression {
    let left = this.#primary()
    while (this.#take('+')) left = { kind: 'binary', operator: '+', left, right: this.#primary() }
    return left
  }

  #primary(): Expression {
    if (this.#take('(')) {
      const expression = this.#expression()
      if (!this.#take(')')) throw this.#unexpected('")"')
      return expression
    }
    if (this.#take('{')) return this.#mapOrList()
    if (this.#take('#root')) return this.#reference([])
    const quoted = this.#string()
    if (quoted !== undefined) return { kind: 'literal', value: quoted }
    const digits = this.#match(number)
    if (digits !== undefined) return { kind: 'literal', value: Number(digits) }
    const word = this.#name()
    switch (word) {
      case undefined:
        throw this.#unexpected('a value')
      case 'true':
        return { kind: 'literal', value: true }
      case 'false':
        return { kind: 'literal', value: false }
      case 'null':
        return { kind: 'literal', value: null }
      default:
        return this.#reference([word])
    }
  }

  #reference(path: string[]): Expression {
    for (;;) {
      if (this.#peek('?.'))
        throw new ExpressionSyntaxError(
          'PingOne does not know "?.". Compare with null before the next step instead',
        )
      if (this.#take('.')) {
        const member = this.#name()
        if (member === undefined) throw this.#unexpected('a name')
        if (this.#peek('(')) throw new ExpressionSyntaxError(`PingOne does not call "${member}" here`)
        path.push(member)
      } else if (this.#take('[')) {
        const member = this.#string()
        if (member === undefined) throw this.#unexpected('a quoted name')
        if (!this.#take(']')) throw this.#unexpected('"]"')
        path.push(allowed(member))
      } else if (this.#peek('(')) {
        throw new ExpressionSyntaxError(`PingOne does not call "${path.join('.')}" here`)
      } else {
        return { kind: 'reference', path }
      }
    }
  }

  #mapOrList(): Expression {
    if (this.#take('}')) return { kind: 'list', elements: [] }
    if (this.#take(':')) {
      if (!this.#take('}')) throw this.#unexpected('"}"')
      return { kind: 'map', entries: [] }
    }
    const start = this.position
    const key = this.#string() ?? this.#name()
    if (key !== undefined && this.#take(':')) return this.#map(allowed(key))
    this.position = start
    const elements: Expression[] = []
    do elements.push(this.#expression())
    while (this.#take(','))
    if (!this.#take('}')) throw this.#unexpected('"," or "}"')
    return { kind: 'list', elements }
  }

  #map(firstKey: string): Expression {
    const entries: [string, Expression][] = [[firstKey, this.#expression()]]
    while (this.#take(',')) {
      const key = this.#string() ?? this.#name()
      if (key === undefined || !this.#take(':')) throw this.#unexpected('a key and ":"')
      entries.push([allowed(key), this.#expression()])
    }
    if (!this.#take('}')) throw this.#unexpected('"," or "}"')
    return { kind: 'map', entries }
  }

  /** A quote inside a string is written twice. */
  #string(): string | undefined {
    this.#match(blank)
    const quote = this.#source[this.position]
    if (quote !== '"' && quote !== "'") return undefined
    let text = ''
    let position = this.position + 1
    for (;;) {
      const end = this.#source.indexOf(quote, position)
      if (end === -1) throw new ExpressionSyntaxError(`The text at ${this.position} has no closing ${quote}`)
      text += this.#source.slice(position, end)
      position = end + 1
      if (this.#source[position] !== quote) break
      text += quote
      position++
    }
    this.position = position
    return text
  }

  #name(): string | undefined {
    this.#match(blank)
    const word = this.#match(name)
    return word === undefined ? undefined : allowed(word)
  }

  #takeWord(word: string): boolean {
    this.#match(blank)
    const start = this.position
    if (this.#match(name) === word) return true
    this.position = start
    return false
  }

  #peek(token: string): boolean {
    this.#match(blank)
    return this.#source.startsWith(token, this.position)
  }

  #take(token: string, unlessFollowedBy?: string): boolean {
    if (!this.#peek(token)) return false
    const end = this.position + token.length
    if (unlessFollowedBy !== undefined && this.#source[end] === unlessFollowedBy) return false
    this.position = end
    return true
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position
    const match = pattern.exec(this.#source)
    if (match === null) return undefined
    this.position += match[0].length
    return match[0]
  }

  #unexpected(wanted: string): ExpressionSyntaxError {
    const found = this.#source[this.position]
    return new ExpressionSyntaxError(
      `Expected ${wanted} at position ${this.position}, found ${found === undefined ? 'the end' : `"${found}"`}`,
    )
  }
}

function allowed(word: string): string {
  if (forbiddenNames.has(word)) throw new ExpressionSyntaxError(`"${word}" is not a name that PingOne knows`)
  return word
}
