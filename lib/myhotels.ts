// The three stacks, each a trust domain, and the checks that every synth must pass.
import { type App, Tags, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { type Configuration, parseConfiguration } from './configuration.ts'
import { HotelApiStack } from './hotel-api-stack.ts'
import { IdentityStack } from './identity-stack.ts'
import { McpStack } from './mcp-stack.ts'

/**
 * Adds MyHotels to an app, configured by the app's context: `stage` picks one of the stages under `myhotels`.
 *
 * @throws {ConfigurationError} when the context holds no usable configuration
 */
export function createMyHotels(app: App): Configuration {
  const stage = String(app.node.tryGetContext('stage') ?? 'dev')
  const stages = app.node.tryGetContext('myhotels') as Record<string, unknown> | undefined
  const configuration = parseConfiguration(stage, stages?.[stage])

  const identity = new IdentityStack(app, 'MyHotels-Identity', configuration)
  const hotelApi = new HotelApiStack(app, 'MyHotels-HotelApi', configuration)
  const mcp = new McpStack(app, 'MyHotels-Mcp', configuration)
  // Each reads what those before it publish.
  hotelApi.addStackDependency(identity)
  mcp.addStackDependency(identity)
  mcp.addStackDependency(hotelApi)

  Tags.of(app).add('application', 'myhotels')
  Tags.of(app).add('stage', configuration.stage)
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return configuration
}
