// Brings up the sample in a process that can be killed; prints where the AWS endpoint is.
import { startCloud } from '../../../../local/cloud/start.ts'

const [, , assemblyDirectory = '', stateDirectory = ''] = process.argv
const { awsEndpoint, credentials, outputs } = await startCloud({
  assemblyDirectory,
  stateDirectory,
  secrets: { 'sample/worker': 'worker' },
})
console.log(JSON.stringify({ awsEndpoint, credentials, outputs }))
