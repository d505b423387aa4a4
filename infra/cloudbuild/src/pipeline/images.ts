/** What a step finds in its image. */
export interface Tools {
  /** Programs that a recording stand-in takes the place of. */
  recorded: readonly string[];
  /** Programs that run for real. */
  real: readonly string[];
  /** What runs when the step names no entrypoint. */
  entrypoint?: string;
}

const TOOLS: Readonly<Record<string, Tools>> = {
  node: { recorded: ['npm'], real: ['node', 'git'] },
  docker: { recorded: ['docker'], real: [], entrypoint: 'docker' },
  'aquasec/trivy': { recorded: ['trivy'], real: [], entrypoint: 'trivy' },
  'gcr.io/google.com/cloudsdktool/google-cloud-cli': { recorded: ['gcloud', 'kubectl'], real: [] },
};

/** What every one of these images has. */
export const EVERYWHERE = ['sh', 'awk', 'basename', 'cat', 'grep', 'mkdir', 'mv', 'rm', 'sed', 'tr'];

/** The tools of a step's image; a step that calls anything else fails here as it would in the cloud. */
export function toolsOf(image: string): Tools {
  const name = image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  const tools = TOOLS[name];
  if (!tools)
    throw new Error(`The local runner does not know which tools ${name} has; tell it in images.ts.`);
  return tools;
}
