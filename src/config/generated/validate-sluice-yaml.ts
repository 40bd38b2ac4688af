// @ts-nocheck
// Generated from docs/sluice-yaml.schema.json by scripts/generate-validators.ts.

export const validateSluiceYaml = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","title":"sluice.yaml","description":"Settings of a project: where runs are kept, and profiles that say what a run may use. Looked for from the folder of the .pipe file upwards, to the root of the repository or the home folder.","type":"object","additionalProperties":false,"properties":{"default_profile":{"description":"The profile that holds when --profile names none.","type":"string","minLength":1},"runs_folder":{"description":"The folder in which .sluice, with all runs and the cache, is kept; relative to this file. Default: the folder of this file.","type":"string","minLength":1},"profiles":{"description":"Named sets of settings, chosen by --profile.","type":"object","propertyNames":{"pattern":"^[A-Za-z_][A-Za-z0-9_-]*$"},"additionalProperties":{"$ref":"#/$defs/profile"}}},"$defs":{"profile":{"description":"What a run may use, on this machine and in a cluster.","type":"object","additionalProperties":false,"properties":{"cpus":{"description":"Cores that running tasks may request together. Default: those of this machine.","type":"number","exclusiveMinimum":0},"memory":{"description":"Memory that running tasks may request together, such as 8Gi. Default: that of this machine.","type":["string","integer"]},"gpus":{"description":"Graphics processors that running tasks may request together. Default: not counted.","type":"integer","minimum":0},"slots":{"description":"Tasks that run at once. Default: as many as cores and memory allow.","type":"integer","minimum":1},"grace":{"description":"How long a task may take to end when it is stopped, such as 10s, before it is killed. Default: 10s.","type":"string"},"secrets_file":{"description":"A YAML file that maps names of secrets to their values; relative to this file. Keep it out of version control.","type":"string","minLength":1},"kubernetes":{"$ref":"#/$defs/kubernetes"}}},"kubernetes":{"description":"How pods are made in a cluster.","type":"object","additionalProperties":false,"properties":{"namespace":{"description":"Where objects are made; --namespace wins. Default: default.","type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},"service_account":{"description":"The account that pods of tasks run under; they get no token of it. Default: one without rights, made with the pipeline.","type":"string","minLength":1},"storage":{"description":"Where Files are kept.","type":"object","additionalProperties":false,"required":["pvc"],"properties":{"pvc":{"description":"A PersistentVolumeClaim that pods on all nodes can write to (ReadWriteMany).","type":"string","minLength":1}}},"gpu":{"description":"What graphics processors are called in this cluster, and what pods need to get to them.","type":"object","additionalProperties":false,"properties":{"resource":{"description":"The resource that counts them. Default: nvidia.com/gpu.","type":"string","minLength":1},"selectors":{"description":"Node labels that pods with a graphics processor ask for.","type":"object","additionalProperties":{"type":"string"}},"tolerations":{"description":"Tolerations of pods with a graphics processor, as in a pod spec.","type":"array","items":{"type":"object"}},"accelerators":{"description":"For each name that `accelerator` may have: which nodes have it.","type":"object","additionalProperties":{"$ref":"#/$defs/accelerator"}}}},"images":{"description":"Where images come from.","type":"object","additionalProperties":false,"properties":{"rewrites":{"description":"Beginnings of image names and what replaces them; the longest that fits counts.","type":"object","additionalProperties":{"type":"string"}},"pull_secrets":{"description":"Secrets for the registries.","type":"array","items":{"type":"string","minLength":1}}}},"queue":{"description":"The local queue of Kueue that admits Jobs of tasks.","type":"string","minLength":1},"priority":{"description":"The PriorityClass of tasks that name none.","type":"string","minLength":1},"pod":{"description":"Fields of the pod spec of every task, by their Kubernetes names; a task's own `pod` wins.","type":"object"},"pod_security":{"description":"restricted: pods keep the Pod Security Standard of that name, which asks images not to run as root. Default: baseline.","enum":["baseline","restricted"]},"driver":{"description":"The pod that drives a run in the cluster.","type":"object","additionalProperties":false,"properties":{"image":{"description":"The image of this program, also for the helpers beside tasks. Default: sluice:VERSION.","type":"string","minLength":1},"cpu":{"description":"Cores. Default: 0.25.","type":"number","exclusiveMinimum":0},"memory":{"description":"Such as 512Mi, the default.","type":["string","integer"]}}},"results":{"description":"collected: a helper reads every result. message (the default): a small result goes by the container's termination message, without a helper.","enum":["message","collected"]}}},"accelerator":{"description":"Which nodes have an accelerator.","type":"object","additionalProperties":false,"properties":{"selectors":{"description":"Node labels.","type":"object","additionalProperties":{"type":"string"}},"tolerations":{"description":"Tolerations, as in a pod spec.","type":"array","items":{"type":"object"}}}}}};
const func1 = (text) => text.length;
const pattern4 = new RegExp("^[A-Za-z_][A-Za-z0-9_-]*$", "u");
const schema32 = {"description":"What a run may use, on this machine and in a cluster.","type":"object","additionalProperties":false,"properties":{"cpus":{"description":"Cores that running tasks may request together. Default: those of this machine.","type":"number","exclusiveMinimum":0},"memory":{"description":"Memory that running tasks may request together, such as 8Gi. Default: that of this machine.","type":["string","integer"]},"gpus":{"description":"Graphics processors that running tasks may request together. Default: not counted.","type":"integer","minimum":0},"slots":{"description":"Tasks that run at once. Default: as many as cores and memory allow.","type":"integer","minimum":1},"grace":{"description":"How long a task may take to end when it is stopped, such as 10s, before it is killed. Default: 10s.","type":"string"},"secrets_file":{"description":"A YAML file that maps names of secrets to their values; relative to this file. Keep it out of version control.","type":"string","minLength":1},"kubernetes":{"$ref":"#/$defs/kubernetes"}}};
const schema33 = {"description":"How pods are made in a cluster.","type":"object","additionalProperties":false,"properties":{"namespace":{"description":"Where objects are made; --namespace wins. Default: default.","type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},"service_account":{"description":"The account that pods of tasks run under; they get no token of it. Default: one without rights, made with the pipeline.","type":"string","minLength":1},"storage":{"description":"Where Files are kept.","type":"object","additionalProperties":false,"required":["pvc"],"properties":{"pvc":{"description":"A PersistentVolumeClaim that pods on all nodes can write to (ReadWriteMany).","type":"string","minLength":1}}},"gpu":{"description":"What graphics processors are called in this cluster, and what pods need to get to them.","type":"object","additionalProperties":false,"properties":{"resource":{"description":"The resource that counts them. Default: nvidia.com/gpu.","type":"string","minLength":1},"selectors":{"description":"Node labels that pods with a graphics processor ask for.","type":"object","additionalProperties":{"type":"string"}},"tolerations":{"description":"Tolerations of pods with a graphics processor, as in a pod spec.","type":"array","items":{"type":"object"}},"accelerators":{"description":"For each name that `accelerator` may have: which nodes have it.","type":"object","additionalProperties":{"$ref":"#/$defs/accelerator"}}}},"images":{"description":"Where images come from.","type":"object","additionalProperties":false,"properties":{"rewrites":{"description":"Beginnings of image names and what replaces them; the longest that fits counts.","type":"object","additionalProperties":{"type":"string"}},"pull_secrets":{"description":"Secrets for the registries.","type":"array","items":{"type":"string","minLength":1}}}},"queue":{"description":"The local queue of Kueue that admits Jobs of tasks.","type":"string","minLength":1},"priority":{"description":"The PriorityClass of tasks that name none.","type":"string","minLength":1},"pod":{"description":"Fields of the pod spec of every task, by their Kubernetes names; a task's own `pod` wins.","type":"object"},"pod_security":{"description":"restricted: pods keep the Pod Security Standard of that name, which asks images not to run as root. Default: baseline.","enum":["baseline","restricted"]},"driver":{"description":"The pod that drives a run in the cluster.","type":"object","additionalProperties":false,"properties":{"image":{"description":"The image of this program, also for the helpers beside tasks. Default: sluice:VERSION.","type":"string","minLength":1},"cpu":{"description":"Cores. Default: 0.25.","type":"number","exclusiveMinimum":0},"memory":{"description":"Such as 512Mi, the default.","type":["string","integer"]}}},"results":{"description":"collected: a helper reads every result. message (the default): a small result goes by the container's termination message, without a helper.","enum":["message","collected"]}}};
const schema34 = {"description":"Which nodes have an accelerator.","type":"object","additionalProperties":false,"properties":{"selectors":{"description":"Node labels.","type":"object","additionalProperties":{"type":"string"}},"tolerations":{"description":"Tolerations, as in a pod spec.","type":"array","items":{"type":"object"}}}};
const func4 = Object.prototype.hasOwnProperty;
const pattern5 = new RegExp("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "u");

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
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
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
const err1 = {instancePath:instancePath+"/namespace",schemaPath:"#/properties/namespace/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"+"\""};
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
const err2 = {instancePath:instancePath+"/namespace",schemaPath:"#/properties/namespace/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err3 = {instancePath:instancePath+"/service_account",schemaPath:"#/properties/service_account/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
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
const err4 = {instancePath:instancePath+"/service_account",schemaPath:"#/properties/service_account/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
if(data2.pvc === undefined){
const err5 = {instancePath:instancePath+"/storage",schemaPath:"#/properties/storage/required",keyword:"required",params:{missingProperty: "pvc"},message:"must have required property '"+"pvc"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
for(const key1 in data2){
if(!(key1 === "pvc")){
const err6 = {instancePath:instancePath+"/storage",schemaPath:"#/properties/storage/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data2.pvc !== undefined){
let data3 = data2.pvc;
if(typeof data3 === "string"){
if(func1(data3) < 1){
const err7 = {instancePath:instancePath+"/storage/pvc",schemaPath:"#/properties/storage/properties/pvc/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/storage/pvc",schemaPath:"#/properties/storage/properties/pvc/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/storage",schemaPath:"#/properties/storage/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.gpu !== undefined){
let data4 = data.gpu;
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
for(const key2 in data4){
if(!((((key2 === "resource") || (key2 === "selectors")) || (key2 === "tolerations")) || (key2 === "accelerators"))){
const err10 = {instancePath:instancePath+"/gpu",schemaPath:"#/properties/gpu/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data4.resource !== undefined){
let data5 = data4.resource;
if(typeof data5 === "string"){
if(func1(data5) < 1){
const err11 = {instancePath:instancePath+"/gpu/resource",schemaPath:"#/properties/gpu/properties/resource/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/gpu/resource",schemaPath:"#/properties/gpu/properties/resource/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data4.selectors !== undefined){
let data6 = data4.selectors;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
for(const key3 in data6){
if(typeof data6[key3] !== "string"){
const err13 = {instancePath:instancePath+"/gpu/selectors/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/gpu/properties/selectors/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath:instancePath+"/gpu/selectors",schemaPath:"#/properties/gpu/properties/selectors/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data4.tolerations !== undefined){
let data8 = data4.tolerations;
if(Array.isArray(data8)){
const len0 = data8.length;
for(let i0=0; i0<len0; i0++){
let data9 = data8[i0];
if(!(data9 && typeof data9 == "object" && !Array.isArray(data9))){
const err15 = {instancePath:instancePath+"/gpu/tolerations/" + i0,schemaPath:"#/properties/gpu/properties/tolerations/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
const err16 = {instancePath:instancePath+"/gpu/tolerations",schemaPath:"#/properties/gpu/properties/tolerations/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data4.accelerators !== undefined){
let data10 = data4.accelerators;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
for(const key4 in data10){
let data11 = data10[key4];
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
for(const key5 in data11){
if(!((key5 === "selectors") || (key5 === "tolerations"))){
const err17 = {instancePath:instancePath+"/gpu/accelerators/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/accelerator/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data11.selectors !== undefined){
let data12 = data11.selectors;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
for(const key6 in data12){
if(typeof data12[key6] !== "string"){
const err18 = {instancePath:instancePath+"/gpu/accelerators/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/selectors/" + key6.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/accelerator/properties/selectors/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
else {
const err19 = {instancePath:instancePath+"/gpu/accelerators/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/selectors",schemaPath:"#/$defs/accelerator/properties/selectors/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data11.tolerations !== undefined){
let data14 = data11.tolerations;
if(Array.isArray(data14)){
const len1 = data14.length;
for(let i1=0; i1<len1; i1++){
let data15 = data14[i1];
if(!(data15 && typeof data15 == "object" && !Array.isArray(data15))){
const err20 = {instancePath:instancePath+"/gpu/accelerators/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/tolerations/" + i1,schemaPath:"#/$defs/accelerator/properties/tolerations/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath:instancePath+"/gpu/accelerators/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")+"/tolerations",schemaPath:"#/$defs/accelerator/properties/tolerations/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath:instancePath+"/gpu/accelerators/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/accelerator/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
const err23 = {instancePath:instancePath+"/gpu/accelerators",schemaPath:"#/properties/gpu/properties/accelerators/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
const err24 = {instancePath:instancePath+"/gpu",schemaPath:"#/properties/gpu/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.images !== undefined){
let data16 = data.images;
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
for(const key7 in data16){
if(!((key7 === "rewrites") || (key7 === "pull_secrets"))){
const err25 = {instancePath:instancePath+"/images",schemaPath:"#/properties/images/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data16.rewrites !== undefined){
let data17 = data16.rewrites;
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
for(const key8 in data17){
if(typeof data17[key8] !== "string"){
const err26 = {instancePath:instancePath+"/images/rewrites/" + key8.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/images/properties/rewrites/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
}
else {
const err27 = {instancePath:instancePath+"/images/rewrites",schemaPath:"#/properties/images/properties/rewrites/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data16.pull_secrets !== undefined){
let data19 = data16.pull_secrets;
if(Array.isArray(data19)){
const len2 = data19.length;
for(let i2=0; i2<len2; i2++){
let data20 = data19[i2];
if(typeof data20 === "string"){
if(func1(data20) < 1){
const err28 = {instancePath:instancePath+"/images/pull_secrets/" + i2,schemaPath:"#/properties/images/properties/pull_secrets/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
else {
const err29 = {instancePath:instancePath+"/images/pull_secrets/" + i2,schemaPath:"#/properties/images/properties/pull_secrets/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
else {
const err30 = {instancePath:instancePath+"/images/pull_secrets",schemaPath:"#/properties/images/properties/pull_secrets/type",keyword:"type",params:{type: "array"},message:"must be array"};
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
const err31 = {instancePath:instancePath+"/images",schemaPath:"#/properties/images/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data.queue !== undefined){
let data21 = data.queue;
if(typeof data21 === "string"){
if(func1(data21) < 1){
const err32 = {instancePath:instancePath+"/queue",schemaPath:"#/properties/queue/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
else {
const err33 = {instancePath:instancePath+"/queue",schemaPath:"#/properties/queue/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data.priority !== undefined){
let data22 = data.priority;
if(typeof data22 === "string"){
if(func1(data22) < 1){
const err34 = {instancePath:instancePath+"/priority",schemaPath:"#/properties/priority/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
else {
const err35 = {instancePath:instancePath+"/priority",schemaPath:"#/properties/priority/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data.pod !== undefined){
let data23 = data.pod;
if(!(data23 && typeof data23 == "object" && !Array.isArray(data23))){
const err36 = {instancePath:instancePath+"/pod",schemaPath:"#/properties/pod/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data.pod_security !== undefined){
let data24 = data.pod_security;
if(!((data24 === "baseline") || (data24 === "restricted"))){
const err37 = {instancePath:instancePath+"/pod_security",schemaPath:"#/properties/pod_security/enum",keyword:"enum",params:{allowedValues: schema33.properties.pod_security.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data.driver !== undefined){
let data25 = data.driver;
if(data25 && typeof data25 == "object" && !Array.isArray(data25)){
for(const key9 in data25){
if(!(((key9 === "image") || (key9 === "cpu")) || (key9 === "memory"))){
const err38 = {instancePath:instancePath+"/driver",schemaPath:"#/properties/driver/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data25.image !== undefined){
let data26 = data25.image;
if(typeof data26 === "string"){
if(func1(data26) < 1){
const err39 = {instancePath:instancePath+"/driver/image",schemaPath:"#/properties/driver/properties/image/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
else {
const err40 = {instancePath:instancePath+"/driver/image",schemaPath:"#/properties/driver/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data25.cpu !== undefined){
let data27 = data25.cpu;
if((typeof data27 == "number") && (isFinite(data27))){
if(data27 <= 0 || isNaN(data27)){
const err41 = {instancePath:instancePath+"/driver/cpu",schemaPath:"#/properties/driver/properties/cpu/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
else {
const err42 = {instancePath:instancePath+"/driver/cpu",schemaPath:"#/properties/driver/properties/cpu/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data25.memory !== undefined){
let data28 = data25.memory;
if((typeof data28 !== "string") && (!(((typeof data28 == "number") && (!(data28 % 1) && !isNaN(data28))) && (isFinite(data28))))){
const err43 = {instancePath:instancePath+"/driver/memory",schemaPath:"#/properties/driver/properties/memory/type",keyword:"type",params:{type: schema33.properties.driver.properties.memory.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
}
else {
const err44 = {instancePath:instancePath+"/driver",schemaPath:"#/properties/driver/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data.results !== undefined){
let data29 = data.results;
if(!((data29 === "message") || (data29 === "collected"))){
const err45 = {instancePath:instancePath+"/results",schemaPath:"#/properties/results/enum",keyword:"enum",params:{allowedValues: schema33.properties.results.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
}
else {
const err46 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
validate22.errors = vErrors;
return errors === 0;
}
validate22.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


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
if(!(((((((key0 === "cpus") || (key0 === "memory")) || (key0 === "gpus")) || (key0 === "slots")) || (key0 === "grace")) || (key0 === "secrets_file")) || (key0 === "kubernetes"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
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
const err1 = {instancePath:instancePath+"/cpus",schemaPath:"#/properties/cpus/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0"};
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
const err2 = {instancePath:instancePath+"/cpus",schemaPath:"#/properties/cpus/type",keyword:"type",params:{type: "number"},message:"must be number"};
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
const err3 = {instancePath:instancePath+"/memory",schemaPath:"#/properties/memory/type",keyword:"type",params:{type: schema32.properties.memory.type},message:"must be string,integer"};
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
const err4 = {instancePath:instancePath+"/gpus",schemaPath:"#/properties/gpus/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
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
const err5 = {instancePath:instancePath+"/gpus",schemaPath:"#/properties/gpus/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
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
const err6 = {instancePath:instancePath+"/slots",schemaPath:"#/properties/slots/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
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
const err7 = {instancePath:instancePath+"/slots",schemaPath:"#/properties/slots/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
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
const err8 = {instancePath:instancePath+"/grace",schemaPath:"#/properties/grace/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err9 = {instancePath:instancePath+"/secrets_file",schemaPath:"#/properties/secrets_file/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
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
const err10 = {instancePath:instancePath+"/secrets_file",schemaPath:"#/properties/secrets_file/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
}
else {
const err11 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
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
const err1 = {instancePath:instancePath+"/default_profile",schemaPath:"#/properties/default_profile/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
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
const err2 = {instancePath:instancePath+"/default_profile",schemaPath:"#/properties/default_profile/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err3 = {instancePath:instancePath+"/runs_folder",schemaPath:"#/properties/runs_folder/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
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
const err4 = {instancePath:instancePath+"/runs_folder",schemaPath:"#/properties/runs_folder/type",keyword:"type",params:{type: "string"},message:"must be string"};
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
const err5 = {instancePath:instancePath+"/profiles",schemaPath:"#/properties/profiles/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_-]*$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_-]*$"+"\"",propertyName:key1};
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
const err6 = {instancePath:instancePath+"/profiles",schemaPath:"#/properties/profiles/propertyNames",keyword:"propertyNames",params:{propertyName: key1},message:"property name must be valid"};
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
const err7 = {instancePath:instancePath+"/profiles",schemaPath:"#/properties/profiles/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
const err8 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
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

