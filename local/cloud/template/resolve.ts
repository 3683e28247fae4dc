// The intrinsic functions of CloudFormation templates.
import { CloudError } from '../cloud-error.ts'

/** What a template's expressions can refer to. Each look-up returns undefined for what there is not. */
export type TemplateScope = {
  /** The value that `Ref` gives: a resource's, a parameter's or a pseudo parameter's. */
  reference(name: string): unknown
  attribute(logicalId: string, attribute: string): unknown
  exported(name: string): unknown
  stackOutput(stackName: string, outputName: string): unknown
  mapping(map: string, first: string, second: string): unknown
  condition(name: string): boolean | undefined
}

/** Stands for `AWS::NoValue`: the property or list element that holds it goes away. */
export const noValue = Symbol('AWS::NoValue')

type Path = readonly (string | number)[]

/**
 * The value without intrinsic functions.
 *
 * @throws {CloudError} naming the path of an expression that is unknown, malformed or refers to nothing.
 */
export function resolveValue(value: unknown, scope: TemplateScope, path: Path = []): unknown {
  if (Array.isArray(value)) {
    return value
      .map((element, index) => resolveValue(element, scope, [...path, index]))
      .filter((element) => element !== noValue)
  }
  if (!isObject(value)) return value
  const [key, ...others] = Object.keys(value)
  if (key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
    const evaluate = functions[key]
    if (!evaluate) fail(path, `the intrinsic function ${key} is not one that the local cloud knows`)
    return evaluate(value[key], scope, [...path, key])
  }
  const resolved = Object.entries(value).map(
    ([name, member]) => [name, resolveValue(member, scope, [...path, name])] as const,
  )
  return Object.fromEntries(resolved.filter(([, member]) => member !== noValue))
}

/** Evaluates an entry of `Conditions`. */
export function resolveCondition(value: unknown, scope: TemplateScope, path: Path): boolean {
  if (isObject(value)) {
    const [key = ''] = Object.keys(value)
    const operand = value[key]
    const operands = () => list(operand, path).map((part) => resolveCondition(part, scope, [...path, key]))
    switch (key) {
      case 'Condition':
        return named(scope, text(operand, path), path)
      case 'Fn::And':
        return operands().every(Boolean)
      case 'Fn::Or':
        return operands().some(Boolean)
      case 'Fn::Not':
        return !operands()[0]
      case 'Fn::Equals': {
        const [first, second] = list(resolveValue(operand, scope, path), path)
        return String(first) === String(second)
      }
    }
  }
  return fail(path, 'this is not a condition that the local cloud knows')
}

type Intrinsic = (argument: unknown, scope: TemplateScope, path: Path) => unknown

const functions: Record<string, Intrinsic | undefined> = {
  Ref(argument, scope, path) {
    const name = text(argument, path)
    return found(scope.reference(name), path, `"${name}"`)
  },

  'Fn::GetAtt'(argument, scope, path) {
    // The short form `Resource.Attribute.Part` splits at the first dot.
    const [logicalId = '', attribute = ''] =
      typeof argument === 'string' ? splitOnce(argument, '.') : list(argument, path).map(String)
    return found(scope.attribute(logicalId, attribute), path, `"${logicalId}.${attribute}"`)
  },

  'Fn::Join'(argument, scope, path) {
    const [separator, parts] = list(argument, path)
    const resolved = list(resolveValue(parts, scope, [...path, 1]), path)
    return resolved.map((part) => scalar(part, path)).join(text(separator, path))
  },

  'Fn::Sub'(argument, scope, path) {
    const [template, variables = {}] = Array.isArray(argument) ? argument : [argument]
    return text(template, path).replaceAll(/\$\{(!?)([^}]*)\}/g, (whole, literal: string, name: string) => {
      if (literal) return `\${${name}}`
      if (isObject(variables) && name in variables) {
        return scalar(resolveValue(variables[name], scope, path), path)
      }
      const value = name.includes('.')
        ? functions['Fn::GetAtt']?.(name, scope, path)
        : functions.Ref?.(name, scope, path)
      return scalar(found(value, path, whole), path)
    })
  },

  'Fn::Select'(argument, scope, path) {
    const [index, values] = list(argument, path)
    const number = Number(resolveValue(index, scope, [...path, 0]))
    const resolved = list(resolveValue(values, scope, [...path, 1]), path)
    return found(resolved[number], path, `element ${number} of a list of ${resolved.length}`)
  },

  'Fn::Split'(argument, scope, path) {
    const [separator, source] = list(argument, path)
    return text(resolveValue(source, scope, [...path, 1]), path).split(text(separator, path))
  },

  'Fn::If'(argument, scope, path) {
    const [condition, whenTrue, whenFalse] = list(argument, path)
    return named(scope, text(condition, path), path)
      ? resolveValue(whenTrue, scope, [...path, 1])
      : resolveValue(whenFalse, scope, [...path, 2])
  },

  'Fn::FindInMap'(argument, scope, path) {
    const keys = list(resolveValue(argument, scope, path), path).map(String)
    const [map = '', first = '', second = ''] = keys
    return found(scope.mapping(map, first, second), path, keys.join('.'))
  },

  'Fn::ImportValue'(argument, scope, path) {
    const name = text(resolveValue(argument, scope, path), path)
    return found(scope.exported(name), path, `export "${name}"`)
  },

  'Fn::GetStackOutput'(argument, scope, path) {
    const { StackName: stack, OutputName: output } = resolveValue(argument, scope, path) as {
      StackName?: unknown
      OutputName?: unknown
    }
    const value = scope.stackOutput(text(stack, path), text(output, path))
    return found(value, path, `output "${output}" of the stack "${stack}"`)
  },

  'Fn::Base64'(argument, scope, path) {
    return Buffer.from(text(resolveValue(argument, scope, path), path)).toString('base64')
  },
}

function named(scope: TemplateScope, name: string, path: Path): boolean {
  const value = scope.condition(name)
  return value === undefined ? fail(path, `there is no condition "${name}"`) : value
}

function found(value: unknown, path: Path, what: string): unknown {
  return value === undefined ? fail(path, `there is no ${what}`) : value
}

function list(value: unknown, path: Path): unknown[] {
  return Array.isArray(value) ? value : fail(path, 'a list is expected')
}

function text(value: unknown, path: Path): string {
  return typeof value === 'string' ? value : fail(path, 'a string is expected')
}

function scalar(value: unknown, path: Path): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  return fail(path, 'a string or a number is expected')
}

function splitOnce(value: string, separator: string): [string, string] {
  const at = value.indexOf(separator)
  return at < 0 ? [value, ''] : [value.slice(0, at), value.slice(at + 1)]
}

function fail(path: Path, why: string): never {
  throw new CloudError(`The template cannot be resolved at ${path.join('.')}: ${why}.`)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
