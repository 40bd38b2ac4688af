// @ts-nocheck
// Generated from docs/sluice-yaml.schema.json by scripts/generate-validators.ts.

export const validateSluiceYaml = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","title":"sluice.yaml","description":"Settings of a project: where runs are kept, and profiles that say what a run may use. Looked for from the folder of the .pipe file upwards, to the root of the repository or the home folder.","type":"object","additionalProperties":false,"properties":{"default_profile":{"description":"The profile that holds when --profile names none.","type":"string","minLength":1},"runs_folder":{"description":"The folder in which .sluice, with all runs and the cache, is kept; relative to this file. Default: the folder of this file.","type":"string","minLength":1},"profiles":{"description":"Named sets of settings, chosen by --profile.","type":"object","propertyNames":{"pattern":"^[A-Za-z_][A-Za-z0-9_-]*$"},"additionalProperties":{"$ref":"#/$defs/profile"}}},"$defs":{"profile":{"description":"What a run on this machine may use.","type":"object","additionalProperties":false,"properties":{"cpus":{"description":"Cores that running tasks may request together. Default: those of this machine.","type":"number","exclusiveMinimum":0},"memory":{"description":"Memory that running tasks may request together, such as 8Gi. Default: that of this machine.","type":["string","integer"]},"gpus":{"description":"Graphics processors that running tasks may request together. Default: not counted.","type":"integer","minimum":0},"slots":{"description":"Tasks that run at once. Default: as many as cores and memory allow.","type":"integer","minimum":1},"grace":{"description":"How long a task may take to end when it is stopped, such as 10s, before it is killed. Default: 10s.","type":"string"},"secrets_file":{"description":"A YAML file that maps names of secrets to their values; relative to this file. Keep it out of version control.","type":"string","minLength":1}}}}};
const schema32 = {"description":"What a run on this machine may use.","type":"object","additionalProperties":false,"properties":{"cpus":{"description":"Cores that running tasks may request together. Default: those of this machine.","type":"number","exclusiveMinimum":0},"memory":{"description":"Memory that running tasks may request together, such as 8Gi. Default: that of this machine.","type":["string","integer"]},"gpus":{"description":"Graphics processors that running tasks may request together. Default: not counted.","type":"integer","minimum":0},"slots":{"description":"Tasks that run at once. Default: as many as cores and memory allow.","type":"integer","minimum":1},"grace":{"description":"How long a task may take to end when it is stopped, such as 10s, before it is killed. Default: 10s.","type":"string"},"secrets_file":{"description":"A YAML file that maps names of secrets to their values; relative to this file. Keep it out of version control.","type":"string","minLength":1}}};
const func1 = (text) => text.length;
const pattern4 = new RegExp("^[A-Za-z_][A-Za-z0-9_-]*$", "u");

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
let data3 = data2[key2];
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
for(const key3 in data3){
if(!((((((key3 === "cpus") || (key3 === "memory")) || (key3 === "gpus")) || (key3 === "slots")) || (key3 === "grace")) || (key3 === "secrets_file"))){
const err7 = {instancePath:instancePath+"/profiles/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/profile/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data3.cpus !== undefined){
let data4 = data3.cpus;
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 <= 0 || isNaN(data4)){
const err8 = {instancePath:instancePath+"/profiles/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/cpus",schemaPath:"#/$defs/profile/properties/cpus/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0"};
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
const err9 = {instancePath:instancePath+"/profiles/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/cpus",schemaPath:"#/$defs/profile/properties/cpus/type",keyword:"type",params:{type: "number"},message:"must be number"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data3.memory !== undefined){
let data5 = data3.memory;
if((typeof data5 !== "string") && (!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5))))){
const err10 = {instancePath:instancePath+"/profiles/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/memory",schemaPath:"#/$defs/profile/properties/memory/type",keyword:"type",params:{type: schema32.properties.memory.type},message:"must be string,integer"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data3.gpus !== undefined){
let data6 = data3.gpus;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
const err11 = {instancePath:instancePath+"/profiles/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/gpus",schemaPath:"#/$defs/profile/properties/gpus/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 < 0 || isNaN(data6)){
const err12 = {instancePath:instancePath+"/profiles/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/gpus",schemaPath:"#/$defs/profile/properties/gpus/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
if(data3.slots !== undefined){
let data7 = data3.slots;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
const err13 = {instancePath:instancePath+"/profiles/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/slots",schemaPath:"#/$defs/profile/properties/slots/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 < 1 || isNaN(data7)){
const err14 = {instancePath:instancePath+"/profiles/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/slots",schemaPath:"#/$defs/profile/properties/slots/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
if(data3.grace !== undefined){
if(typeof data3.grace !== "string"){
const err15 = {instancePath:instancePath+"/profiles/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/grace",schemaPath:"#/$defs/profile/properties/grace/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data3.secrets_file !== undefined){
let data9 = data3.secrets_file;
if(typeof data9 === "string"){
if(func1(data9) < 1){
const err16 = {instancePath:instancePath+"/profiles/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/secrets_file",schemaPath:"#/$defs/profile/properties/secrets_file/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
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
const err17 = {instancePath:instancePath+"/profiles/" + key2.replace(/~/g, "~0").replace(/\//g, "~1")+"/secrets_file",schemaPath:"#/$defs/profile/properties/secrets_file/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
else {
const err18 = {instancePath:instancePath+"/profiles/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/profile/type",keyword:"type",params:{type: "object"},message:"must be object"};
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
const err19 = {instancePath:instancePath+"/profiles",schemaPath:"#/properties/profiles/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
else {
const err20 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

