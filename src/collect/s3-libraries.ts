// What is needed of other people's packages to reach a bucket. Loaded only where one is used; naming the few parts here lets a bundle leave out
// the rest.
export {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
export { Upload } from "@aws-sdk/lib-storage";
