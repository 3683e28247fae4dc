// The CDK application: `cdk synth`, `cdk deploy` and `npm start` all begin here.
import { App } from 'aws-cdk-lib'
import { ConfigurationError } from '../lib/configuration.ts'
import { createMyHotels } from '../lib/myhotels.ts'

const app = new App({ treeMetadata: false })
try {
  createMyHotels(app)
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error
  console.error(error.message)
  process.exit(1)
}
app.synth()
