// @ts-nocheck
// Generated from docs/sluice-yaml.schema.json by scripts/generate-validators.ts.

export const validateSluiceYaml = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","title":"sluice.yaml","description":"Settings of a project: where runs are kept, and profiles that say what a run may use. Looked for from the folder of the .pipe file upwards, to the root of the repository or the home folder.","type":"object","additionalProperties":false,"properties":{"default_profile":{"description":"The profile that holds when --profile names none.","type":"string","minLength":1},"runs_folder":{"description":"The folder in which .sluice, with all runs and the cache, is kept; relative to this file. Default: the folder of this file.","type":"string","minLength":1},"profiles":{"description":"Named sets of settings, chosen by --profile.","type":"object","propertyNames":{"pattern":"^[A-Za-z_][A-Za-z0-9_-]*$"},"additionalProperties":{"$ref":"#/$defs/profile"}}},"$defs":{"profile":{"description":"What a run may use, on this machine and in a cluster.","type":"object","additionalProperties":false,"properties":{"cpus":{"description":"Cores that running tasks may request together. Default: those of this machine.","type":"number","exclusiveMinimum":0},"memory":{"description":"Memory that running tasks may request together, such as 8Gi. Default: that of this machine.","type":["string","integer"]},"gpus":{"description":"Graphics processors that running tasks may request together. Default: not counted.","type":"integer","minimum":0},"slots":{"description":"Tasks that run at once. Default: as many as cores and memory allow.","type":"integer","minimum":1},"grace":{"description":"How long a task may take to end when it is stopped, such as 10s, before it is killed. Default: 10s.","type":"string"},"secrets_file":{"description":"A YAML file that maps names of secrets to their values; relative to this file. Keep it out of version control.","type":"string","minLength":1},"kubernetes":{"$ref":"#/$defs/kubernetes"},"argo":{"$ref":"#/$defs/argo"}}},"argo":{"description":"How Workflows of Argo are kept and started, besides what `kubernetes` says of pods.","type":"object","additionalProperties":false,"properties":{"labels":{"description":"Further labels of the Workflow.","type":"object","additionalProperties":{"type":"string"}},"annotations":{"description":"Annotations of the Workflow.","type":"object","additionalProperties":{"type":"string"}},"parallelism":{"description":"Pods of one Workflow at once. Default: as many as the program allows.","type":"integer","minimum":1},"priority":{"description":"Among Workflows that wait for their turn: the higher starts first. Default: 0.","type":"integer"},"ttl":{"description":"After which time a Workflow that has ended is deleted, with what `outputs` and `logs` read. Default: never.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"after_completion":{"description":"However it ended, such as 24h.","type":"string","minLength":1},"after_success":{"description":"When it succeeded.","type":"string","minLength":1},"after_failure":{"description":"When it failed.","type":"string","minLength":1}}},"pod_gc":{"description":"When pods are deleted, and with them the logs that are not archived. Default: with their Workflow.","enum":["OnPodCompletion","OnPodSuccess","OnWorkflowCompletion","OnWorkflowSuccess"]},"artifact_gc":{"description":"When Files are deleted from the artifact repository. Default: never.","enum":["OnWorkflowCompletion","OnWorkflowDeletion"]},"archive_logs":{"description":"Whether the logs of pods are kept as artifacts. Default: what the controller says.","type":"boolean"},"artifact_repository":{"description":"Where Files are kept, instead of the default repository: a key of a ConfigMap. Without `key` its default one.","type":"object","additionalProperties":false,"required":["config_map"],"properties":{"config_map":{"description":"The name of the ConfigMap.","type":"string","minLength":1},"key":{"description":"The key in it.","type":"string","minLength":1}}},"synchronization":{"description":"What a Workflow holds from its start to its end; it waits until it gets all of it.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"mutexes":{"description":"Names that one Workflow holds at a time.","type":"array","items":{"type":"string","minLength":1}},"semaphores":{"description":"Keys of ConfigMaps that say how many Workflows hold them at a time.","type":"array","items":{"$ref":"#/$defs/semaphore"}}}},"cron":{"description":"Of pipelines with a schedule.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"starting_deadline":{"description":"For how long a start that was missed is made up for, such as 10m. Default: not at all.","type":"string","minLength":1},"successful_history":{"description":"Workflows that succeeded and are kept. Default: 3.","type":"integer","minimum":0},"failed_history":{"description":"Workflows that failed and are kept. Default: 1.","type":"integer","minimum":0}}}}},"semaphore":{"description":"A key of a ConfigMap.","type":"object","additionalProperties":false,"required":["config_map","key"],"properties":{"config_map":{"description":"The name of the ConfigMap.","type":"string","minLength":1},"key":{"description":"The key whose value is the number.","type":"string","minLength":1}}},"kubernetes":{"description":"How pods are made in a cluster.","type":"object","additionalProperties":false,"properties":{"namespace":{"description":"Where objects are made; --namespace wins. Default: default.","type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},"service_account":{"description":"The account that pods of tasks run under; they get no token of it. Default: one without rights, made with the pipeline.","type":"string","minLength":1},"storage":{"description":"Where Files are kept: in a volume or in a bucket.","type":"object","additionalProperties":false,"minProperties":1,"maxProperties":1,"properties":{"pvc":{"description":"A PersistentVolumeClaim that pods on all nodes can write to (ReadWriteMany).","type":"string","minLength":1},"s3":{"description":"A bucket of S3, or of a service that speaks its protocol.","type":"object","additionalProperties":false,"required":["bucket"],"properties":{"bucket":{"description":"The bucket.","type":"string","pattern":"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"},"prefix":{"description":"What the keys of runs begin with, such as team/runs. Default: nothing.","type":"string","pattern":"^(?!.*(^|/)\\.{0,2}/)(?!.*(^|/)\\.{1,2}$)[^\\u0000-\\u001f]*$"},"endpoint":{"description":"The address of the service, such as https://minio.example. Default: that of AWS.","type":"string","pattern":"^https?://[^/?#@\\s]+$"},"region":{"description":"The region. Default: us-east-1 with an endpoint, else what the pod's surroundings say.","type":"string","minLength":1},"path_style":{"description":"Whether addresses name the bucket in their path. Default: true with an endpoint, else false.","type":"boolean"},"secret":{"description":"A Secret with the keys access_key_id, secret_access_key and perhaps session_token. Default: the identity of the pod's service account.","type":"string","minLength":1}}}}},"gpu":{"description":"What graphics processors are called in this cluster, and what pods need to get to them.","type":"object","additionalProperties":false,"properties":{"resource":{"description":"The resource that counts them. Default: nvidia.com/gpu.","type":"string","minLength":1},"selectors":{"description":"Node labels that pods with a graphics processor ask for.","type":"object","additionalProperties":{"type":"string"}},"tolerations":{"description":"Tolerations of pods with a graphics processor, as in a pod spec.","type":"array","items":{"type":"object"}},"accelerators":{"description":"For each name that `accelerator` may have: which nodes have it.","type":"object","additionalProperties":{"$ref":"#/$defs/accelerator"}}}},"images":{"description":"Where images come from.","type":"object","additionalProperties":false,"properties":{"rewrites":{"description":"Beginnings of image names and what replaces them; the longest that fits counts.","type":"object","additionalProperties":{"type":"string"}},"default":{"description":"The image of tasks that name none.","type":"string","minLength":1},"pull_secrets":{"description":"Secrets for the registries.","type":"array","items":{"type":"string","minLength":1}}}},"queue":{"description":"The local queue of Kueue that admits Jobs of tasks.","type":"string","minLength":1},"priority":{"description":"The PriorityClass of tasks that name none.","type":"string","minLength":1},"pod":{"description":"Fields of the pod spec of every task, by their Kubernetes names; a task's own `pod` wins.","type":"object"},"pod_security":{"description":"restricted: pods keep the Pod Security Standard of that name, which asks images not to run as root. Default: baseline.","enum":["baseline","restricted"]},"driver":{"description":"The pod that drives a run in the cluster.","type":"object","additionalProperties":false,"properties":{"image":{"description":"The image of this program, also for the helpers beside tasks. Default: sluice:VERSION.","type":"string","minLength":1},"cpu":{"description":"Cores. Default: 0.25.","type":"number","exclusiveMinimum":0},"memory":{"description":"Such as 512Mi, the default.","type":["string","integer"]}}},"results":{"description":"collected: a helper reads every result. message (the default): a small result goes by the container's termination message, without a helper.","enum":["message","collected"]},"limits":{"description":"What one run has in the cluster at once, at most.","type":"object","additionalProperties":false,"properties":{"jobs":{"description":"Jobs of attempts. Default: 200.","type":"integer","minimum":1},"pods":{"description":"Pods of attempts. Default: 200.","type":"integer","minimum":1},"gpus":{"description":"Graphics processors. Default: not bounded.","type":"integer","minimum":1}}},"pending_limit":{"description":"How long a pod may wait to start before its attempt fails, such as 30m. A full quota and a queue of Kueue are waited for without end. Default: 10m.","type":"string","minLength":1}}},"accelerator":{"description":"Which nodes have an accelerator.","type":"object","additionalProperties":false,"properties":{"selectors":{"description":"Node labels.","type":"object","additionalProperties":{"type":"string"}},"tolerations":{"description":"Tolerations, as in a pod spec.","type":"array","items":{"type":"object"}}}}}};
const func1 = (text) => text.length;
const pattern4 = new RegExp("^[A-Za-z_][A-Za-z0-9_-]*$", "u");
const schema32 = {"description":"What a run may use, on this machine and in a cluster.","type":"object","additionalProperties":false,"properties":{"cpus":{"description":"Cores that running tasks may request together. Default: those of this machine.","type":"number","exclusiveMinimum":0},"memory":{"description":"Memory that running tasks may request together, such as 8Gi. Default: that of this machine.","type":["string","integer"]},"gpus":{"description":"Graphics processors that running tasks may request together. Default: not counted.","type":"integer","minimum":0},"slots":{"description":"Tasks that run at once. Default: as many as cores and memory allow.","type":"integer","minimum":1},"grace":{"description":"How long a task may take to end when it is stopped, such as 10s, before it is killed. Default: 10s.","type":"string"},"secrets_file":{"description":"A YAML file that maps names of secrets to their values; relative to this file. Keep it out of version control.","type":"string","minLength":1},"kubernetes":{"$ref":"#/$defs/kubernetes"},"argo":{"$ref":"#/$defs/argo"}}};
const schema33 = {"description":"How pods are made in a cluster.","type":"object","additionalProperties":false,"properties":{"namespace":{"description":"Where objects are made; --namespace wins. Default: default.","type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},"service_account":{"description":"The account that pods of tasks run under; they get no token of it. Default: one without rights, made with the pipeline.","type":"string","minLength":1},"storage":{"description":"Where Files are kept: in a volume or in a bucket.","type":"object","additionalProperties":false,"minProperties":1,"maxProperties":1,"properties":{"pvc":{"description":"A PersistentVolumeClaim that pods on all nodes can write to (ReadWriteMany).","type":"string","minLength":1},"s3":{"description":"A bucket of S3, or of a service that speaks its protocol.","type":"object","additionalProperties":false,"required":["bucket"],"properties":{"bucket":{"description":"The bucket.","type":"string","pattern":"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"},"prefix":{"description":"What the keys of runs begin with, such as team/runs. Default: nothing.","type":"string","pattern":"^(?!.*(^|/)\\.{0,2}/)(?!.*(^|/)\\.{1,2}$)[^\\u0000-\\u001f]*$"},"endpoint":{"description":"The address of the service, such as https://minio.example. Default: that of AWS.","type":"string","pattern":"^https?://[^/?#@\\s]+$"},"region":{"description":"The region. Default: us-east-1 with an endpoint, else what the pod's surroundings say.","type":"string","minLength":1},"path_style":{"description":"Whether addresses name the bucket in their path. Default: true with an endpoint, else false.","type":"boolean"},"secret":{"description":"A Secret with the keys access_key_id, secret_access_key and perhaps session_token. Default: the identity of the pod's service account.","type":"string","minLength":1}}}}},"gpu":{"description":"What graphics processors are called in this cluster, and what pods need to get to them.","type":"object","additionalProperties":false,"properties":{"resource":{"description":"The resource that counts them. Default: nvidia.com/gpu.","type":"string","minLength":1},"selectors":{"description":"Node labels that pods with a graphics processor ask for.","type":"object","additionalProperties":{"type":"string"}},"tolerations":{"description":"Tolerations of pods with a graphics processor, as in a pod spec.","type":"array","items":{"type":"object"}},"accelerators":{"description":"For each name that `accelerator` may have: which nodes have it.","type":"object","additionalProperties":{"$ref":"#/$defs/accelerator"}}}},"images":{"description":"Where images come from.","type":"object","additionalProperties":false,"properties":{"rewrites":{"description":"Beginnings of image names and what replaces them; the longest that fits counts.","type":"object","additionalProperties":{"type":"string"}},"default":{"description":"The image of tasks that name none.","type":"string","minLength":1},"pull_secrets":{"description":"Secrets for the registries.","type":"array","items":{"type":"string","minLength":1}}}},"queue":{"description":"The local queue of Kueue that admits Jobs of tasks.","type":"string","minLength":1},"priority":{"description":"The PriorityClass of tasks that name none.","type":"string","minLength":1},"pod":{"description":"Fields of the pod spec of every task, by their Kubernetes names; a task's own `pod` wins.","type":"object"},"pod_security":{"description":"restricted: pods keep the Pod Security Standard of that name, which asks images not to run as root. Default: baseline.","enum":["baseline","restricted"]},"driver":{"description":"The pod that drives a run in the cluster.","type":"object","additionalProperties":false,"properties":{"image":{"description":"The image of this program, also for the helpers beside tasks. Default: sluice:VERSION.","type":"string","minLength":1},"cpu":{"description":"Cores. Default: 0.25.","type":"number","exclusiveMinimum":0},"memory":{"description":"Such as 512Mi, the default.","type":["string","integer"]}}},"results":{"description":"collected: a helper reads every result. message (the default): a small result goes by the container's termination message, without a helper.","enum":["message","collected"]},"limits":{"description":"What one run has in the cluster at once, at most.","type":"object","additionalProperties":false,"properties":{"jobs":{"description":"Jobs of attempts. Default: 200.","type":"integer","minimum":1},"pods":{"description":"Pods of attempts. Default: 200.","type":"integer","minimum":1},"gpus":{"description":"Graphics processors. Default: not bounded.","type":"integer","minimum":1}}},"pending_limit":{"description":"How long a pod may wait to start before its attempt fails, such as 30m. A full quota and a queue of Kueue are waited for without end. Default: 10m.","type":"string","minLength":1}}};
const schema34 = {"description":"Which nodes have an accelerator.","type":"object","additionalProperties":false,"properties":{"selectors":{"description":"Node labels.","type":"object","additionalProperties":{"type":"string"}},"tolerations":{"description":"Tolerations, as in a pod spec.","type":"array","items":{"type":"object"}}}};
const func4 = Object.prototype.hasOwnProperty;
const pattern5 = new RegExp("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "u");
const pattern6 = new RegExp("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", "u");
const pattern7 = new RegExp("^(?!.*(^|/)\\.{0,2}/)(?!.*(^|/)\\.{1,2}$)[^\\u0000-\\u001f]*$", "u");
const pattern8 = new RegExp("^https?://[^/?#@\\s]+$", "u");

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate22.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func4.call(schema33.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.namespace !== undefined){
let data0 = data.namespace;
if(typeof data0 === "string"){
if(!pattern5.test(data0)){
const err1 = {instancePath:instancePath+"/namespace",schemaPath:"#/properties/namespace/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/namespace",schemaPath:"#/properties/namespace/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.service_account !== undefined){
let data1 = data.service_account;
if(typeof data1 === "string"){
if(func1(data1) < 1){
const err3 = {instancePath:instancePath+"/service_account",schemaPath:"#/properties/service_account/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/service_account",schemaPath:"#/properties/service_account/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.storage !== undefined){
let data2 = data.storage;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(Object.keys(data2).length > 1){
const err5 = {instancePath:instancePath+"/storage",schemaPath:"#/properties/storage/maxProperties",keyword:"maxProperties",params:{limit: 1}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(Object.keys(data2).length < 1){
const err6 = {instancePath:instancePath+"/storage",schemaPath:"#/properties/storage/minProperties",keyword:"minProperties",params:{limit: 1}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
for(const key1 in data2){
if(!((key1 === "pvc") || (key1 === "s3"))){
const err7 = {instancePath:instancePath+"/storage",schemaPath:"#/properties/storage/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data2.pvc !== undefined){
let data3 = data2.pvc;
if(typeof data3 === "string"){
if(func1(data3) < 1){
const err8 = {instancePath:instancePath+"/storage/pvc",schemaPath:"#/properties/storage/properties/pvc/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/storage/pvc",schemaPath:"#/properties/storage/properties/pvc/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data2.s3 !== undefined){
let data4 = data2.s3;
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
if(data4.bucket === undefined){
const err10 = {instancePath:instancePath+"/storage/s3",schemaPath:"#/properties/storage/properties/s3/required",keyword:"required",params:{missingProperty: "bucket"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
for(const key2 in data4){
if(!((((((key2 === "bucket") || (key2 === "prefix")) || (key2 === "endpoint")) || (key2 === "region")) || (key2 === "path_style")) || (key2 === "secret"))){
const err11 = {instancePath:instancePath+"/storage/s3",schemaPath:"#/properties/storage/properties/s3/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data4.bucket !== undefined){
let data5 = data4.bucket;
if(typeof data5 === "string"){
if(!pattern6.test(data5)){
const err12 = {instancePath:instancePath+"/storage/s3/bucket",schemaPath:"#/properties/storage/properties/s3/properties/bucket/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/storage/s3/bucket",schemaPath:"#/properties/storage/properties/s3/properties/bucket/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data4.prefix !== undefined){
let data6 = data4.prefix;
if(typeof data6 === "string"){
if(!pattern7.test(data6)){
const err14 = {instancePath:instancePath+"/storage/s3/prefix",schemaPath:"#/properties/storage/properties/s3/properties/prefix/pattern",keyword:"pattern",params:{pattern: "^(?!.*(^|/)\\.{0,2}/)(?!.*(^|/)\\.{1,2}$)[^\\u0000-\\u001f]*$"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/storage/s3/prefix",schemaPath:"#/properties/storage/properties/s3/properties/prefix/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data4.endpoint !== undefined){
let data7 = data4.endpoint;
if(typeof data7 === "string"){
if(!pattern8.test(data7)){
const err16 = {instancePath:instancePath+"/storage/s3/endpoint",schemaPath:"#/properties/storage/properties/s3/properties/endpoint/pattern",keyword:"pattern",params:{pattern: "^https?://[^/?#@\\s]+$"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/storage/s3/endpoint",schemaPath:"#/properties/storage/properties/s3/properties/endpoint/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data4.region !== undefined){
let data8 = data4.region;
if(typeof data8 === "string"){
if(func1(data8) < 1){
const err18 = {instancePath:instancePath+"/storage/s3/region",schemaPath:"#/properties/storage/properties/s3/properties/region/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
else {
const err19 = {instancePath:instancePath+"/storage/s3/region",schemaPath:"#/properties/storage/properties/s3/properties/region/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data4.path_style !== undefined){
if(typeof data4.path_style !== "boolean"){
const err20 = {instancePath:instancePath+"/storage/s3/path_style",schemaPath:"#/properties/storage/properties/s3/properties/path_style/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data4.secret !== undefined){
let data10 = data4.secret;
if(typeof data10 === "string"){
if(func1(data10) < 1){
const err21 = {instancePath:instancePath+"/storage/s3/secret",schemaPath:"#/properties/storage/properties/s3/properties/secret/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
else {
const err22 = {instancePath:instancePath+"/storage/s3/secret",schemaPath:"#/properties/storage/properties/s3/properties/secret/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
else {
const err23 = {instancePath:instancePath+"/storage/s3",schemaPath:"#/properties/storage/properties/s3/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
else {
const err24 = {instancePath:instancePath+"/storage",schemaPath:"#/properties/storage/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.gpu !== undefined){
let data11 = data.gpu;
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
for(const key3 in data11){
if(!((((key3 === "resource") || (key3 === "selectors")) || (key3 === "tolerations")) || (key3 === "accelerators"))){
const err25 = {instancePath:instancePath+"/gpu",schemaPath:"#/properties/gpu/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data11.resource !== undefined){
let data12 = data11.resource;
if(typeof data12 === "string"){
if(func1(data12) < 1){
const err26 = {instancePath:instancePath+"/gpu/resource",schemaPath:"#/properties/gpu/properties/resource/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/gpu/resource",schemaPath:"#/properties/gpu/properties/resource/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data11.selectors !== undefined){
let data13 = data11.selectors;
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
for(const key4 in data13){
if(typeof data13[key4] !== "string"){
const err28 = {instancePath:instancePath+"/gpu/selectors/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/gpu/properties/selectors/additionalProperties/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
else {
const err29 = {instancePath:instancePath+"/gpu/selectors",schemaPath:"#/properties/gpu/properties/selectors/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data11.tolerations !== undefined){
let data15 = data11.tolerations;
if(Array.isArray(data15)){
const len0 = data15.length;
for(let i0=0; i0<len0; i0++){
let data16 = data15[i0];
if(!(data16 && typeof data16 == "object" && !Array.isArray(data16))){
const err30 = {instancePath:instancePath+"/gpu/tolerations/" + i0,schemaPath:"#/properties/gpu/properties/tolerations/items/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
}
else {
const err31 = {instancePath:instancePath+"/gpu/tolerations",schemaPath:"#/properties/gpu/properties/tolerations/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data11.accelerators !== undefined){
let data17 = data11.accelerators;
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
for(const key5 in data17){
let data18 = data17[key5];
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
for(const key6 in data18){
if(!((key6 === "selectors") || (key6 === "tolerations"))){
const err32 = {instancePath:instancePath+"/gpu/accelerators/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/accelerator/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data18.selectors !== undefined){
let data19 = data18.selectors;
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
for(const key7 in data19){
if(typeof data19[key7] !== "string"){
const err33 = {instancePath:instancePath+"/gpu/accelerators/" + key5.replace(/~/g, "~0").replace(/\//g, "~1")+"/selectors/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/accelerator/properties/selectors/additionalProperties/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
}
else {
const err34 = {instancePath:instancePath+"/gpu/accelerators/" + key5.replace(/~/g, "~0").replace(/\//g, "~1")+"/selectors",schemaPath:"#/$defs/accelerator/properties/selectors/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data18.tolerations !== undefined){
let data21 = data18.tolerations;
if(Array.isArray(data21)){
const len1 = data21.length;
for(let i1=0; i1<len1; i1++){
let data22 = data21[i1];
if(!(data22 && typeof data22 == "object" && !Array.isArray(data22))){
const err35 = {instancePath:instancePath+"/gpu/accelerators/" + key5.replace(/~/g, "~0").replace(/\//g, "~1")+"/tolerations/" + i1,schemaPath:"#/$defs/accelerator/properties/tolerations/items/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
else {
const err36 = {instancePath:instancePath+"/gpu/accelerators/" + key5.replace(/~/g, "~0").replace(/\//g, "~1")+"/tolerations",schemaPath:"#/$defs/accelerator/properties/tolerations/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
else {
const err37 = {instancePath:instancePath+"/gpu/accelerators/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/accelerator/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
else {
const err38 = {instancePath:instancePath+"/gpu/accelerators",schemaPath:"#/properties/gpu/properties/accelerators/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
}
else {
const err39 = {instancePath:instancePath+"/gpu",schemaPath:"#/properties/gpu/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data.images !== undefined){
let data23 = data.images;
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
for(const key8 in data23){
if(!(((key8 === "rewrites") || (key8 === "default")) || (key8 === "pull_secrets"))){
const err40 = {instancePath:instancePath+"/images",schemaPath:"#/properties/images/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8}};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data23.rewrites !== undefined){
let data24 = data23.rewrites;
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
for(const key9 in data24){
if(typeof data24[key9] !== "string"){
const err41 = {instancePath:instancePath+"/images/rewrites/" + key9.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/images/properties/rewrites/additionalProperties/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
else {
const err42 = {instancePath:instancePath+"/images/rewrites",schemaPath:"#/properties/images/properties/rewrites/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data23.default !== undefined){
let data26 = data23.default;
if(typeof data26 === "string"){
if(func1(data26) < 1){
const err43 = {instancePath:instancePath+"/images/default",schemaPath:"#/properties/images/properties/default/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
else {
const err44 = {instancePath:instancePath+"/images/default",schemaPath:"#/properties/images/properties/default/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data23.pull_secrets !== undefined){
let data27 = data23.pull_secrets;
if(Array.isArray(data27)){
const len2 = data27.length;
for(let i2=0; i2<len2; i2++){
let data28 = data27[i2];
if(typeof data28 === "string"){
if(func1(data28) < 1){
const err45 = {instancePath:instancePath+"/images/pull_secrets/" + i2,schemaPath:"#/properties/images/properties/pull_secrets/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
else {
const err46 = {instancePath:instancePath+"/images/pull_secrets/" + i2,schemaPath:"#/properties/images/properties/pull_secrets/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
}
else {
const err47 = {instancePath:instancePath+"/images/pull_secrets",schemaPath:"#/properties/images/properties/pull_secrets/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
}
else {
const err48 = {instancePath:instancePath+"/images",schemaPath:"#/properties/images/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data.queue !== undefined){
let data29 = data.queue;
if(typeof data29 === "string"){
if(func1(data29) < 1){
const err49 = {instancePath:instancePath+"/queue",schemaPath:"#/properties/queue/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
else {
const err50 = {instancePath:instancePath+"/queue",schemaPath:"#/properties/queue/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data.priority !== undefined){
let data30 = data.priority;
if(typeof data30 === "string"){
if(func1(data30) < 1){
const err51 = {instancePath:instancePath+"/priority",schemaPath:"#/properties/priority/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
else {
const err52 = {instancePath:instancePath+"/priority",schemaPath:"#/properties/priority/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data.pod !== undefined){
let data31 = data.pod;
if(!(data31 && typeof data31 == "object" && !Array.isArray(data31))){
const err53 = {instancePath:instancePath+"/pod",schemaPath:"#/properties/pod/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data.pod_security !== undefined){
let data32 = data.pod_security;
if(!((data32 === "baseline") || (data32 === "restricted"))){
const err54 = {instancePath:instancePath+"/pod_security",schemaPath:"#/properties/pod_security/enum",keyword:"enum",params:{allowedValues: schema33.properties.pod_security.enum}};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data.driver !== undefined){
let data33 = data.driver;
if(data33 && typeof data33 == "object" && !Array.isArray(data33)){
for(const key10 in data33){
if(!(((key10 === "image") || (key10 === "cpu")) || (key10 === "memory"))){
const err55 = {instancePath:instancePath+"/driver",schemaPath:"#/properties/driver/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10}};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
if(data33.image !== undefined){
let data34 = data33.image;
if(typeof data34 === "string"){
if(func1(data34) < 1){
const err56 = {instancePath:instancePath+"/driver/image",schemaPath:"#/properties/driver/properties/image/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
else {
const err57 = {instancePath:instancePath+"/driver/image",schemaPath:"#/properties/driver/properties/image/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
if(data33.cpu !== undefined){
let data35 = data33.cpu;
if((typeof data35 == "number") && (isFinite(data35))){
if(data35 <= 0 || isNaN(data35)){
const err58 = {instancePath:instancePath+"/driver/cpu",schemaPath:"#/properties/driver/properties/cpu/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0}};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
else {
const err59 = {instancePath:instancePath+"/driver/cpu",schemaPath:"#/properties/driver/properties/cpu/type",keyword:"type",params:{type: "number"}};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data33.memory !== undefined){
let data36 = data33.memory;
if((typeof data36 !== "string") && (!(((typeof data36 == "number") && (!(data36 % 1) && !isNaN(data36))) && (isFinite(data36))))){
const err60 = {instancePath:instancePath+"/driver/memory",schemaPath:"#/properties/driver/properties/memory/type",keyword:"type",params:{type: schema33.properties.driver.properties.memory.type}};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
}
else {
const err61 = {instancePath:instancePath+"/driver",schemaPath:"#/properties/driver/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
if(data.results !== undefined){
let data37 = data.results;
if(!((data37 === "message") || (data37 === "collected"))){
const err62 = {instancePath:instancePath+"/results",schemaPath:"#/properties/results/enum",keyword:"enum",params:{allowedValues: schema33.properties.results.enum}};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
if(data.limits !== undefined){
let data38 = data.limits;
if(data38 && typeof data38 == "object" && !Array.isArray(data38)){
for(const key11 in data38){
if(!(((key11 === "jobs") || (key11 === "pods")) || (key11 === "gpus"))){
const err63 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11}};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
if(data38.jobs !== undefined){
let data39 = data38.jobs;
if(!(((typeof data39 == "number") && (!(data39 % 1) && !isNaN(data39))) && (isFinite(data39)))){
const err64 = {instancePath:instancePath+"/limits/jobs",schemaPath:"#/properties/limits/properties/jobs/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 < 1 || isNaN(data39)){
const err65 = {instancePath:instancePath+"/limits/jobs",schemaPath:"#/properties/limits/properties/jobs/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
}
if(data38.pods !== undefined){
let data40 = data38.pods;
if(!(((typeof data40 == "number") && (!(data40 % 1) && !isNaN(data40))) && (isFinite(data40)))){
const err66 = {instancePath:instancePath+"/limits/pods",schemaPath:"#/properties/limits/properties/pods/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
if((typeof data40 == "number") && (isFinite(data40))){
if(data40 < 1 || isNaN(data40)){
const err67 = {instancePath:instancePath+"/limits/pods",schemaPath:"#/properties/limits/properties/pods/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
}
if(data38.gpus !== undefined){
let data41 = data38.gpus;
if(!(((typeof data41 == "number") && (!(data41 % 1) && !isNaN(data41))) && (isFinite(data41)))){
const err68 = {instancePath:instancePath+"/limits/gpus",schemaPath:"#/properties/limits/properties/gpus/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
if((typeof data41 == "number") && (isFinite(data41))){
if(data41 < 1 || isNaN(data41)){
const err69 = {instancePath:instancePath+"/limits/gpus",schemaPath:"#/properties/limits/properties/gpus/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
}
}
else {
const err70 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
if(data.pending_limit !== undefined){
let data42 = data.pending_limit;
if(typeof data42 === "string"){
if(func1(data42) < 1){
const err71 = {instancePath:instancePath+"/pending_limit",schemaPath:"#/properties/pending_limit/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
else {
const err72 = {instancePath:instancePath+"/pending_limit",schemaPath:"#/properties/pending_limit/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
}
else {
const err73 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
validate22.errors = vErrors;
return errors === 0;
}
validate22.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema35 = {"description":"How Workflows of Argo are kept and started, besides what `kubernetes` says of pods.","type":"object","additionalProperties":false,"properties":{"labels":{"description":"Further labels of the Workflow.","type":"object","additionalProperties":{"type":"string"}},"annotations":{"description":"Annotations of the Workflow.","type":"object","additionalProperties":{"type":"string"}},"parallelism":{"description":"Pods of one Workflow at once. Default: as many as the program allows.","type":"integer","minimum":1},"priority":{"description":"Among Workflows that wait for their turn: the higher starts first. Default: 0.","type":"integer"},"ttl":{"description":"After which time a Workflow that has ended is deleted, with what `outputs` and `logs` read. Default: never.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"after_completion":{"description":"However it ended, such as 24h.","type":"string","minLength":1},"after_success":{"description":"When it succeeded.","type":"string","minLength":1},"after_failure":{"description":"When it failed.","type":"string","minLength":1}}},"pod_gc":{"description":"When pods are deleted, and with them the logs that are not archived. Default: with their Workflow.","enum":["OnPodCompletion","OnPodSuccess","OnWorkflowCompletion","OnWorkflowSuccess"]},"artifact_gc":{"description":"When Files are deleted from the artifact repository. Default: never.","enum":["OnWorkflowCompletion","OnWorkflowDeletion"]},"archive_logs":{"description":"Whether the logs of pods are kept as artifacts. Default: what the controller says.","type":"boolean"},"artifact_repository":{"description":"Where Files are kept, instead of the default repository: a key of a ConfigMap. Without `key` its default one.","type":"object","additionalProperties":false,"required":["config_map"],"properties":{"config_map":{"description":"The name of the ConfigMap.","type":"string","minLength":1},"key":{"description":"The key in it.","type":"string","minLength":1}}},"synchronization":{"description":"What a Workflow holds from its start to its end; it waits until it gets all of it.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"mutexes":{"description":"Names that one Workflow holds at a time.","type":"array","items":{"type":"string","minLength":1}},"semaphores":{"description":"Keys of ConfigMaps that say how many Workflows hold them at a time.","type":"array","items":{"$ref":"#/$defs/semaphore"}}}},"cron":{"description":"Of pipelines with a schedule.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"starting_deadline":{"description":"For how long a start that was missed is made up for, such as 10m. Default: not at all.","type":"string","minLength":1},"successful_history":{"description":"Workflows that succeeded and are kept. Default: 3.","type":"integer","minimum":0},"failed_history":{"description":"Workflows that failed and are kept. Default: 1.","type":"integer","minimum":0}}}}};
const schema36 = {"description":"A key of a ConfigMap.","type":"object","additionalProperties":false,"required":["config_map","key"],"properties":{"config_map":{"description":"The name of the ConfigMap.","type":"string","minLength":1},"key":{"description":"The key whose value is the number.","type":"string","minLength":1}}};

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate24.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func4.call(schema35.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.labels !== undefined){
let data0 = data.labels;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
for(const key1 in data0){
if(typeof data0[key1] !== "string"){
const err1 = {instancePath:instancePath+"/labels/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/labels/additionalProperties/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
else {
const err2 = {instancePath:instancePath+"/labels",schemaPath:"#/properties/labels/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.annotations !== undefined){
let data2 = data.annotations;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
for(const key2 in data2){
if(typeof data2[key2] !== "string"){
const err3 = {instancePath:instancePath+"/annotations/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/annotations/additionalProperties/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath:instancePath+"/annotations",schemaPath:"#/properties/annotations/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.parallelism !== undefined){
let data4 = data.parallelism;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
const err5 = {instancePath:instancePath+"/parallelism",schemaPath:"#/properties/parallelism/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 < 1 || isNaN(data4)){
const err6 = {instancePath:instancePath+"/parallelism",schemaPath:"#/properties/parallelism/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
if(data.priority !== undefined){
let data5 = data.priority;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err7 = {instancePath:instancePath+"/priority",schemaPath:"#/properties/priority/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.ttl !== undefined){
let data6 = data.ttl;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(Object.keys(data6).length < 1){
const err8 = {instancePath:instancePath+"/ttl",schemaPath:"#/properties/ttl/minProperties",keyword:"minProperties",params:{limit: 1}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
for(const key3 in data6){
if(!(((key3 === "after_completion") || (key3 === "after_success")) || (key3 === "after_failure"))){
const err9 = {instancePath:instancePath+"/ttl",schemaPath:"#/properties/ttl/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data6.after_completion !== undefined){
let data7 = data6.after_completion;
if(typeof data7 === "string"){
if(func1(data7) < 1){
const err10 = {instancePath:instancePath+"/ttl/after_completion",schemaPath:"#/properties/ttl/properties/after_completion/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/ttl/after_completion",schemaPath:"#/properties/ttl/properties/after_completion/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data6.after_success !== undefined){
let data8 = data6.after_success;
if(typeof data8 === "string"){
if(func1(data8) < 1){
const err12 = {instancePath:instancePath+"/ttl/after_success",schemaPath:"#/properties/ttl/properties/after_success/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/ttl/after_success",schemaPath:"#/properties/ttl/properties/after_success/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data6.after_failure !== undefined){
let data9 = data6.after_failure;
if(typeof data9 === "string"){
if(func1(data9) < 1){
const err14 = {instancePath:instancePath+"/ttl/after_failure",schemaPath:"#/properties/ttl/properties/after_failure/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/ttl/after_failure",schemaPath:"#/properties/ttl/properties/after_failure/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/ttl",schemaPath:"#/properties/ttl/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.pod_gc !== undefined){
let data10 = data.pod_gc;
if(!((((data10 === "OnPodCompletion") || (data10 === "OnPodSuccess")) || (data10 === "OnWorkflowCompletion")) || (data10 === "OnWorkflowSuccess"))){
const err17 = {instancePath:instancePath+"/pod_gc",schemaPath:"#/properties/pod_gc/enum",keyword:"enum",params:{allowedValues: schema35.properties.pod_gc.enum}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.artifact_gc !== undefined){
let data11 = data.artifact_gc;
if(!((data11 === "OnWorkflowCompletion") || (data11 === "OnWorkflowDeletion"))){
const err18 = {instancePath:instancePath+"/artifact_gc",schemaPath:"#/properties/artifact_gc/enum",keyword:"enum",params:{allowedValues: schema35.properties.artifact_gc.enum}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.archive_logs !== undefined){
if(typeof data.archive_logs !== "boolean"){
const err19 = {instancePath:instancePath+"/archive_logs",schemaPath:"#/properties/archive_logs/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.artifact_repository !== undefined){
let data13 = data.artifact_repository;
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
if(data13.config_map === undefined){
const err20 = {instancePath:instancePath+"/artifact_repository",schemaPath:"#/properties/artifact_repository/required",keyword:"required",params:{missingProperty: "config_map"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
for(const key4 in data13){
if(!((key4 === "config_map") || (key4 === "key"))){
const err21 = {instancePath:instancePath+"/artifact_repository",schemaPath:"#/properties/artifact_repository/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data13.config_map !== undefined){
let data14 = data13.config_map;
if(typeof data14 === "string"){
if(func1(data14) < 1){
const err22 = {instancePath:instancePath+"/artifact_repository/config_map",schemaPath:"#/properties/artifact_repository/properties/config_map/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
else {
const err23 = {instancePath:instancePath+"/artifact_repository/config_map",schemaPath:"#/properties/artifact_repository/properties/config_map/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data13.key !== undefined){
let data15 = data13.key;
if(typeof data15 === "string"){
if(func1(data15) < 1){
const err24 = {instancePath:instancePath+"/artifact_repository/key",schemaPath:"#/properties/artifact_repository/properties/key/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
else {
const err25 = {instancePath:instancePath+"/artifact_repository/key",schemaPath:"#/properties/artifact_repository/properties/key/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
else {
const err26 = {instancePath:instancePath+"/artifact_repository",schemaPath:"#/properties/artifact_repository/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data.synchronization !== undefined){
let data16 = data.synchronization;
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
if(Object.keys(data16).length < 1){
const err27 = {instancePath:instancePath+"/synchronization",schemaPath:"#/properties/synchronization/minProperties",keyword:"minProperties",params:{limit: 1}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
for(const key5 in data16){
if(!((key5 === "mutexes") || (key5 === "semaphores"))){
const err28 = {instancePath:instancePath+"/synchronization",schemaPath:"#/properties/synchronization/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data16.mutexes !== undefined){
let data17 = data16.mutexes;
if(Array.isArray(data17)){
const len0 = data17.length;
for(let i0=0; i0<len0; i0++){
let data18 = data17[i0];
if(typeof data18 === "string"){
if(func1(data18) < 1){
const err29 = {instancePath:instancePath+"/synchronization/mutexes/" + i0,schemaPath:"#/properties/synchronization/properties/mutexes/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
else {
const err30 = {instancePath:instancePath+"/synchronization/mutexes/" + i0,schemaPath:"#/properties/synchronization/properties/mutexes/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
}
else {
const err31 = {instancePath:instancePath+"/synchronization/mutexes",schemaPath:"#/properties/synchronization/properties/mutexes/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data16.semaphores !== undefined){
let data19 = data16.semaphores;
if(Array.isArray(data19)){
const len1 = data19.length;
for(let i1=0; i1<len1; i1++){
let data20 = data19[i1];
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
if(data20.config_map === undefined){
const err32 = {instancePath:instancePath+"/synchronization/semaphores/" + i1,schemaPath:"#/$defs/semaphore/required",keyword:"required",params:{missingProperty: "config_map"}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if(data20.key === undefined){
const err33 = {instancePath:instancePath+"/synchronization/semaphores/" + i1,schemaPath:"#/$defs/semaphore/required",keyword:"required",params:{missingProperty: "key"}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
for(const key6 in data20){
if(!((key6 === "config_map") || (key6 === "key"))){
const err34 = {instancePath:instancePath+"/synchronization/semaphores/" + i1,schemaPath:"#/$defs/semaphore/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data20.config_map !== undefined){
let data21 = data20.config_map;
if(typeof data21 === "string"){
if(func1(data21) < 1){
const err35 = {instancePath:instancePath+"/synchronization/semaphores/" + i1+"/config_map",schemaPath:"#/$defs/semaphore/properties/config_map/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
else {
const err36 = {instancePath:instancePath+"/synchronization/semaphores/" + i1+"/config_map",schemaPath:"#/$defs/semaphore/properties/config_map/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data20.key !== undefined){
let data22 = data20.key;
if(typeof data22 === "string"){
if(func1(data22) < 1){
const err37 = {instancePath:instancePath+"/synchronization/semaphores/" + i1+"/key",schemaPath:"#/$defs/semaphore/properties/key/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
else {
const err38 = {instancePath:instancePath+"/synchronization/semaphores/" + i1+"/key",schemaPath:"#/$defs/semaphore/properties/key/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
}
else {
const err39 = {instancePath:instancePath+"/synchronization/semaphores/" + i1,schemaPath:"#/$defs/semaphore/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
else {
const err40 = {instancePath:instancePath+"/synchronization/semaphores",schemaPath:"#/properties/synchronization/properties/semaphores/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
else {
const err41 = {instancePath:instancePath+"/synchronization",schemaPath:"#/properties/synchronization/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data.cron !== undefined){
let data23 = data.cron;
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
if(Object.keys(data23).length < 1){
const err42 = {instancePath:instancePath+"/cron",schemaPath:"#/properties/cron/minProperties",keyword:"minProperties",params:{limit: 1}};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
for(const key7 in data23){
if(!(((key7 === "starting_deadline") || (key7 === "successful_history")) || (key7 === "failed_history"))){
const err43 = {instancePath:instancePath+"/cron",schemaPath:"#/properties/cron/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7}};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data23.starting_deadline !== undefined){
let data24 = data23.starting_deadline;
if(typeof data24 === "string"){
if(func1(data24) < 1){
const err44 = {instancePath:instancePath+"/cron/starting_deadline",schemaPath:"#/properties/cron/properties/starting_deadline/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
else {
const err45 = {instancePath:instancePath+"/cron/starting_deadline",schemaPath:"#/properties/cron/properties/starting_deadline/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data23.successful_history !== undefined){
let data25 = data23.successful_history;
if(!(((typeof data25 == "number") && (!(data25 % 1) && !isNaN(data25))) && (isFinite(data25)))){
const err46 = {instancePath:instancePath+"/cron/successful_history",schemaPath:"#/properties/cron/properties/successful_history/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 < 0 || isNaN(data25)){
const err47 = {instancePath:instancePath+"/cron/successful_history",schemaPath:"#/properties/cron/properties/successful_history/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
}
if(data23.failed_history !== undefined){
let data26 = data23.failed_history;
if(!(((typeof data26 == "number") && (!(data26 % 1) && !isNaN(data26))) && (isFinite(data26)))){
const err48 = {instancePath:instancePath+"/cron/failed_history",schemaPath:"#/properties/cron/properties/failed_history/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if((typeof data26 == "number") && (isFinite(data26))){
if(data26 < 0 || isNaN(data26)){
const err49 = {instancePath:instancePath+"/cron/failed_history",schemaPath:"#/properties/cron/properties/failed_history/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
}
}
else {
const err50 = {instancePath:instancePath+"/cron",schemaPath:"#/properties/cron/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
}
else {
const err51 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
validate24.errors = vErrors;
return errors === 0;
}
validate24.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate21.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((((((key0 === "cpus") || (key0 === "memory")) || (key0 === "gpus")) || (key0 === "slots")) || (key0 === "grace")) || (key0 === "secrets_file")) || (key0 === "kubernetes")) || (key0 === "argo"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.cpus !== undefined){
let data0 = data.cpus;
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 <= 0 || isNaN(data0)){
const err1 = {instancePath:instancePath+"/cpus",schemaPath:"#/properties/cpus/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/cpus",schemaPath:"#/properties/cpus/type",keyword:"type",params:{type: "number"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.memory !== undefined){
let data1 = data.memory;
if((typeof data1 !== "string") && (!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1))))){
const err3 = {instancePath:instancePath+"/memory",schemaPath:"#/properties/memory/type",keyword:"type",params:{type: schema32.properties.memory.type}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.gpus !== undefined){
let data2 = data.gpus;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err4 = {instancePath:instancePath+"/gpus",schemaPath:"#/properties/gpus/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 < 0 || isNaN(data2)){
const err5 = {instancePath:instancePath+"/gpus",schemaPath:"#/properties/gpus/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
if(data.slots !== undefined){
let data3 = data.slots;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err6 = {instancePath:instancePath+"/slots",schemaPath:"#/properties/slots/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 < 1 || isNaN(data3)){
const err7 = {instancePath:instancePath+"/slots",schemaPath:"#/properties/slots/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
if(data.grace !== undefined){
if(typeof data.grace !== "string"){
const err8 = {instancePath:instancePath+"/grace",schemaPath:"#/properties/grace/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.secrets_file !== undefined){
let data5 = data.secrets_file;
if(typeof data5 === "string"){
if(func1(data5) < 1){
const err9 = {instancePath:instancePath+"/secrets_file",schemaPath:"#/properties/secrets_file/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/secrets_file",schemaPath:"#/properties/secrets_file/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.kubernetes !== undefined){
if(!(validate22(data.kubernetes, {instancePath:instancePath+"/kubernetes",parentData:data,parentDataProperty:"kubernetes",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
if(data.argo !== undefined){
if(!(validate24(data.argo, {instancePath:instancePath+"/argo",parentData:data,parentDataProperty:"argo",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
}
}
else {
const err11 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
validate21.errors = vErrors;
return errors === 0;
}
validate21.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((key0 === "default_profile") || (key0 === "runs_folder")) || (key0 === "profiles"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.default_profile !== undefined){
let data0 = data.default_profile;
if(typeof data0 === "string"){
if(func1(data0) < 1){
const err1 = {instancePath:instancePath+"/default_profile",schemaPath:"#/properties/default_profile/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/default_profile",schemaPath:"#/properties/default_profile/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.runs_folder !== undefined){
let data1 = data.runs_folder;
if(typeof data1 === "string"){
if(func1(data1) < 1){
const err3 = {instancePath:instancePath+"/runs_folder",schemaPath:"#/properties/runs_folder/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/runs_folder",schemaPath:"#/properties/runs_folder/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.profiles !== undefined){
let data2 = data.profiles;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
for(const key1 in data2){
const _errs8 = errors;
if(typeof key1 === "string"){
if(!pattern4.test(key1)){
const err5 = {instancePath:instancePath+"/profiles",schemaPath:"#/properties/profiles/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_-]*$"},propertyName:key1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
var valid1 = _errs8 === errors;
if(!valid1){
const err6 = {instancePath:instancePath+"/profiles",schemaPath:"#/properties/profiles/propertyNames",keyword:"propertyNames",params:{propertyName: key1}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
for(const key2 in data2){
if(!(validate21(data2[key2], {instancePath:instancePath+"/profiles/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data2,parentDataProperty:key2,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
}
else {
const err7 = {instancePath:instancePath+"/profiles",schemaPath:"#/properties/profiles/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

