import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { readYaml } from '../src/build/read';
import { readOptions } from '../src/ctx/options';
import { readTriggers } from '../src/pipeline/trigger';
import { type Artifact, type SkaffoldFile, skaffoldFile } from './support/skaffold-schema';

const ROOT = join(__dirname, '../../..');
const at = (path: string) => join(ROOT, path);
const text = (path: string) => readFileSync(at(path), 'utf8');

let skaffold: SkaffoldFile;
beforeAll(async () => {
  skaffold = await readYaml(at('skaffold.yaml'), skaffoldFile);
});
const profile = (name: string) => skaffold.profiles.find((one) => one.name === name)!;
const builds = () => [
  ['base', skaffold.build] as const,
  ...skaffold.profiles.flatMap(({ name, build }) => (build ? [[name, build] as const] : [])),
];
const artifacts = (): (Artifact & { of: string })[] =>
  builds().flatMap(([of, build]) => build.artifacts.map((artifact) => ({ of, ...artifact })));

/** Every file below a folder, relative to the root of the repository. */
function filesBelow(folder: string): string[] {
  return readdirSync(at(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** The images of ours that the manifests name. */
function imagesOfManifests(): string[] {
  const named = filesBelow('infra/k8s')
    .filter((path) => path.endsWith('.yaml'))
    .flatMap((path) => [...text(path).matchAll(/\bimage: (gittix-[a-z-]+)/g)].map(([, image = '']) => image));
  return [...new Set(named)].sort();
}

it('refuses a key that Skaffold would not know', () => {
  const file = parse(text('skaffold.yaml')) as { build: object };
  const wrong = { ...file, build: { ...file.build, artefacts: [] } };
  expect(skaffoldFile.safeParse(wrong).error?.message).toContain('artefacts');
});

it('has a profile for each place', () => {
  expect(skaffold.profiles.map(({ name }) => name)).toEqual([
    'minikube',
    'gcb',
    'dev',
    'staging',
    'production',
  ]);
});

describe('artifacts', () => {
  it('are the images the manifests name, and the smoke test, in every way to build', () => {
    expect(imagesOfManifests().length).toBeGreaterThan(5);
    for (const [of, build] of builds()) {
      const built = build.artifacts.map(({ image }) => image).sort();
      expect([of, built]).toEqual([of, [...imagesOfManifests(), 'gittix-smoke'].sort()]);
    }
  });

  it('have a Dockerfile that is there, and a target that is in it', () => {
    for (const { of, image, docker } of artifacts()) {
      expect([of, image, existsSync(at(docker.dockerfile))]).toEqual([of, image, true]);
      const targets = [...text(docker.dockerfile).matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, name]) => name);
      if (docker.target !== undefined) expect([image, ...targets]).toContain(docker.target);
    }
  });

  it('are made for production everywhere but on minikube', () => {
    for (const { of, image, docker, sync } of artifacts()) {
      const isLoop = of === 'minikube' && image !== 'gittix-smoke';
      expect([of, image, docker.target, sync !== undefined]).toEqual([
        of,
        image,
        isLoop ? 'dev' : undefined,
        isLoop,
      ]);
    }
  });
});

describe('file sync', () => {
  const synced = () =>
    artifacts().flatMap(({ image, docker, sync }) =>
      (sync?.manual ?? []).map((rule) => ({ image, dockerfile: text(docker.dockerfile), ...rule })),
    );

  it('takes files that are there', () => {
    for (const { src } of synced()) {
      const [folder = ''] = src.split('/**');
      const ending = src.endsWith('.ts') ? '.ts' : '';
      expect([src, filesBelow(folder).some((path) => path.endsWith(ending))]).toEqual([src, true]);
    }
  });

  it('puts them where the image has them, which its user may write', () => {
    for (const { image, src, dest, dockerfile } of synced()) {
      const [folder = ''] = src.split('/**');
      // The stage of the sources, and the one that runs them.
      const [, sources = '', dev = ''] = dockerfile.split(/^FROM \S+ AS (?:sources|dev)$/m);
      expect([image, sources]).toEqual([image, expect.stringContaining(`WORKDIR ${dest}\n`)]);
      expect([image, sources]).toEqual([image, expect.stringContaining(`COPY ${folder} ${folder}\n`)]);
      const [, owned = ''] = /RUN chown -R 65532:65532 (.*)/.exec(dev) ?? [];
      expect([image, owned.split(' ').some((path) => `${folder}/`.startsWith(`${path}/`))]).toEqual([
        image,
        true,
      ]);
    }
  });
});

describe('minikube', () => {
  it('is what skaffold chooses when kubectl is there, and goes nowhere else', () => {
    expect(profile('minikube').activation).toEqual([{ kubeContext: 'minikube' }]);
    expect(profile('minikube').deploy?.kubeContext).toBe('minikube');
    expect(skaffold.profiles.filter(({ activation }) => activation)).toHaveLength(1);
    expect(profile('minikube').build?.local?.push).toBe(false);
  });

  it('forwards ports of services that are there', () => {
    const services = filesBelow('infra/k8s')
      .filter((path) => path.endsWith('service.yaml'))
      .flatMap((path) => parseAllDocuments(text(path)).map((one) => one.toJS() as Service))
      .filter(({ kind }) => kind === 'Service')
      .map(({ metadata, spec }) => [metadata.name, ...(spec.ports ?? []).map(({ port }) => port)]);
    for (const { resourceName, port } of profile('minikube').portForward ?? []) {
      expect(services).toContainEqual([resourceName, port]);
    }
  });

  it('is asked by the address its overlay gives it', () => {
    const stage = parse(text('infra/k8s/overlays/minikube/stage.yaml')) as { data: { host: string } };
    expect(profile('minikube').verify?.[0]?.container.args).toContain(`http://${stage.data.host}`);
  });
});

interface Service {
  kind?: string;
  metadata: { name: string };
  spec: { ports?: { port: number }[] };
}

describe('the stages in the cloud', () => {
  it.each(['dev', 'staging', 'production'] as const)(
    '%s deploys its overlay, and only at its own cluster',
    (name) => {
      const { manifests, deploy } = profile(name);
      expect(manifests?.kustomize.paths).toEqual([`infra/k8s/overlays/${name}`]);
      expect(existsSync(at(`infra/k8s/overlays/${name}/kustomization.yaml`))).toBe(true);
      const command = deploy?.kubectl.hooks?.before[0]?.host.command ?? [];
      expect(command.slice(0, 5)).toEqual(['npm', 'run', '--silent', 'ctx', '--']);
      expect(readOptions(command.slice(5))).toEqual({ stage: name, check: true, help: false });
    },
  );

  it('are verified at the address the pipeline uses', async () => {
    for (const { substitutions } of await readTriggers(at('infra/cloudbuild/triggers'))) {
      if (substitutions._STAGE === undefined) continue;
      expect(profile(substitutions._STAGE).verify?.[0]?.container.args).toEqual([
        '/app/main.js',
        '--url',
        substitutions._URL,
      ]);
    }
  });
});

it('runs tests of parts that have unit tests, for images it builds', () => {
  const tests = profile('gcb').test ?? [];
  expect(tests.map(({ image }) => image)).toEqual(
    ['auth', 'tickets', 'orders', 'payments'].map((part) => `gittix-${part}`),
  );
  for (const { custom } of tests) {
    for (const { command, dependencies } of custom) {
      const [, part = ''] = /--selectProjects=(\S+)/.exec(command) ?? [];
      expect(existsSync(at(`${part}/test/unit`))).toBe(true);
      for (const path of dependencies.paths)
        expect([path, existsSync(at(path.split('/**')[0] ?? ''))]).toEqual([path, true]);
    }
  }
});

it('verifies by a Job that is there, with the container it fills in', () => {
  for (const { verify, name } of skaffold.profiles) {
    if (name === 'gcb') continue;
    const [smoke] = verify ?? [];
    const job = parse(text(smoke?.executionMode.kubernetesCluster.jobManifestPath ?? '')) as {
      kind: string;
      spec: { template: { spec: { containers: { name: string }[] } } };
    };
    expect(job.kind).toBe('Job');
    expect(job.spec.template.spec.containers.map((one) => one.name)).toEqual([smoke?.container.name]);
    expect(smoke?.container.image).toBe('gittix-smoke');
  }
});

it('names only npm commands that the root has', () => {
  const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
  const commands = skaffold.profiles.flatMap(({ manifests, deploy }) =>
    [...(manifests?.hooks?.before ?? []), ...(deploy?.kubectl.hooks?.before ?? [])].map(
      ({ host }) => host.command,
    ),
  );
  expect(commands).not.toEqual([]);
  for (const [npm, run, , name = ''] of commands) {
    expect([npm, run, Object.keys(scripts)]).toEqual(['npm', 'run', expect.arrayContaining([name])]);
  }
});
