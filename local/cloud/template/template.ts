// What stands in a CloudFormation template.
import * as z from 'zod'

const json = z.record(z.string(), z.unknown())

const resourceSchema = z.object({
  Type: z.string(),
  Properties: json.optional(),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.string().optional(),
  DeletionPolicy: z.unknown().optional(),
  UpdateReplacePolicy: z.unknown().optional(),
  Metadata: json.optional(),
})

const parameterSchema = z.object({
  Type: z.string(),
  Default: z.unknown().optional(),
  AllowedValues: z.array(z.unknown()).optional(),
  AllowedPattern: z.string().optional(),
  NoEcho: z.union([z.boolean(), z.stringbool()]).optional(),
})

const ruleSchema = z.object({
  RuleCondition: z.unknown().optional(),
  Assertions: z.array(z.object({ Assert: z.unknown(), AssertDescription: z.string().optional() })),
})

const outputSchema = z.object({
  Value: z.unknown(),
  Description: z.string().optional(),
  Condition: z.string().optional(),
  Export: z.object({ Name: z.unknown() }).optional(),
})

export const templateSchema = z.object({
  Description: z.string().optional(),
  Parameters: z.record(z.string(), parameterSchema).optional(),
  Rules: z.record(z.string(), ruleSchema).optional(),
  Mappings: z.record(z.string(), z.record(z.string(), json)).optional(),
  Conditions: json.optional(),
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), outputSchema).optional(),
  Transform: z.unknown().optional(),
})

export type Template = z.infer<typeof templateSchema>
export type TemplateResource = z.infer<typeof resourceSchema>
export type TemplateParameter = z.infer<typeof parameterSchema>

/**
 * A template in JSON or in YAML without short forms, as the CDK writes both.
 *
 * @throws {Error} saying what is wrong with it
 */
export async function parseTemplate(text: string): Promise<Template> {
  const result = templateSchema.safeParse(/^\s*\{/.test(text) ? JSON.parse(text) : await fromYaml(text))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new Error(`${issue?.path.join('.')}: ${issue?.message}`)
}

async function fromYaml(text: string): Promise<unknown> {
  const { parse } = await import('yaml')
  return parse(text)
}
