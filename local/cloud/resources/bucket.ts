// AWS::S3::Bucket.
import * as z from 'zod'
import { parseProperties, type ResourceKind } from './resource-kind.ts'

export const bucket: ResourceKind = {
  actedOn: ['BucketName'],
  createOnly: ['BucketName'],
  deploy(declaration, { s3 }) {
    const { BucketName: name = declaration.generatedName.toLowerCase() } = parseProperties(
      declaration,
      z.object({ BucketName: z.string().optional() }),
    )
    s3.keepBucket(name)
    const { region } = declaration.stack
    return {
      ref: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      },
    }
  },
  remove: (_declaration, { ref }, { s3 }) => s3.removeBucket(ref),
}
