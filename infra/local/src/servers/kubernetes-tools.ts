import { earlierCopyStep, goModuleStep, type GoServer } from './go-module';
import { type Found, searchInOrder, type Surroundings } from './search';

/** Exactly these versions, wherever the tests run: what renders a manifest and what judges it must not differ. */
const KUSTOMIZE: GoServer = {
  name: 'kustomize',
  version: '5.8.1',
  module: 'sigs.k8s.io/kustomize/kustomize/v5',
};
const KUBECONFORM: GoServer = {
  name: 'kubeconform',
  version: '0.8.0',
  module: 'github.com/yannh/kubeconform/cmd/kubeconform',
};

const HELP = 'Install Go 1.21 or newer: it is built from its Go module.';

const find = (tool: GoServer) => (surroundings: Surroundings) =>
  searchInOrder(
    tool.name,
    [earlierCopyStep(tool, surroundings), goModuleStep(tool, surroundings)],
    HELP,
    surroundings.say,
  );

/** Renders the manifests of infra/k8s: earlier copy, Go module. */
export const findKustomize: (surroundings: Surroundings) => Promise<Found> = find(KUSTOMIZE);

/** Holds manifests against JSON schemas: earlier copy, Go module. */
export const findKubeconform: (surroundings: Surroundings) => Promise<Found> = find(KUBECONFORM);
