// What is needed of other people's packages to reach a cluster. They take a third of a second to load and much memory, so this module is loaded
// only where a cluster is used; naming the few parts here lets a bundle leave out the rest.
export { KubeConfig, RequestContext } from "@kubernetes/client-node";
export { Agent, request } from "undici";
