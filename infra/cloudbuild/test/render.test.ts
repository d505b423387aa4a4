import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { copyOfManifests, K8S, run as runProgram } from '../../k8s/test/support/render';
import { surroundings } from '../../local/src/config';
import { findKustomize } from '../../local/src/servers/kubernetes-tools';
import { pipeline } from '../src/pipeline/pipeline';
import { Repository } from './support/repository';

// kustomize is built the first time; and a busy machine takes its time.
jest.setTimeout(6 * 60_000);

interface Container {
  name: string;
  image: string;
  securityContext: { readOnlyRootFilesystem: boolean };
  resources: { limits: { memory: string } };
}
interface Rendered {
  kind: string;
  metadata: { name: string };
  spec?: { minReplicas?: number; maxReplicas?: number; template?: { spec: { containers: Container[] } } };
}

let root: string;
let kustomize: string;
beforeAll(async () => {
  kustomize = (await findKustomize(surroundings((line) => void process.stdout.write(`${line}\n`)))).location;
  root = await mkdtemp(join(tmpdir(), 'gittix-render-'));
  await mkdir(join(root, 'infra'));
  await rename(await copyOfManifests(), join(root, 'infra/k8s'));
  await cp(join(K8S, 'file-sync'), join(root, 'infra/k8s/file-sync'), { recursive: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function render(path: string): Promise<Rendered[]> {
  const { code, out, said } = await runProgram(kustomize, ['build', join(root, path)]);
  expect([code, said]).toEqual([0, '']);
  return parseAllDocuments(out).map((one) => one.toJS() as Rendered);
}

const containersOf = (objects: Rendered[]) =>
  objects.flatMap(({ spec }) => spec?.template?.spec.containers ?? []);

describe.each(['dev', 'staging', 'main'])('what a push to %s applies', (branch) => {
  it('has every image of ours from the registry, by the tag of its content', async () => {
    const repository = await Repository.make();
    try {
      for (const one of ['staging', 'main']) await repository.git('branch', one);
      const keep = ['rollout', 'migrate'].map((name) => `.pipeline/${name}/kustomization.yaml`);
      const { green, kept } = await pipeline({
        repository: repository.path,
        branch,
        commit: 'HEAD',
        keep,
        env: process.env,
        say: () => undefined,
      });
      expect(green).toBe(true);
      for (const [index, text] of kept.entries()) {
        const folder = `.pipeline/${branch}-${index}`;
        await mkdir(join(root, folder), { recursive: true });
        await writeFile(join(root, folder, 'kustomization.yaml'), text);
        const images = containersOf(await render(folder)).map(({ image }) => image);
        expect(images.filter((image) => image.startsWith('gittix-'))).toEqual([]);
        const ours = images.filter((image) => image.includes('-docker.pkg.dev/'));
        expect(ours.length).toBeGreaterThanOrEqual(4);
        for (const image of ours) expect(image).toMatch(/\/gittix\/([a-z-]+):\1-0123456789ab$/);
      }
    } finally {
      await repository.remove();
    }
  });
});

it('file-sync is minikube, but for what taking files while running asks for', async () => {
  const [plain, loop] = [await render('infra/k8s/overlays/minikube'), await render('infra/k8s/file-sync')];
  const ours = loop.filter(({ spec }) =>
    spec?.template?.spec.containers.some(({ image }) => image.startsWith('gittix-')),
  );
  expect(ours).toHaveLength(7);
  for (const { readOnlyRootFilesystem } of containersOf(ours).map((one) => one.securityContext)) {
    expect(readOnlyRootFilesystem).toBe(false);
  }
  const changed = new Set(ours.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  const undone = loop.map((object) => {
    const before = plain.find(
      (one) => one.kind === object.kind && one.metadata.name === object.metadata.name,
    );
    if (object.kind === 'HorizontalPodAutoscaler') {
      expect([object.spec?.minReplicas, object.spec?.maxReplicas]).toEqual([1, 1]);
      return { ...object, spec: { ...object.spec, ...pick(before?.spec) } };
    }
    if (!changed.has(`${object.kind}/${object.metadata.name}`)) return object;
    const [container] = containersOf([object]);
    const [was] = before ? containersOf([before]) : [];
    container!.securityContext.readOnlyRootFilesystem = true;
    container!.resources.limits.memory = was!.resources.limits.memory;
    return object;
  });
  expect(undone).toEqual(plain);
});

const pick = (spec: Rendered['spec']) => ({
  minReplicas: spec?.minReplicas,
  maxReplicas: spec?.maxReplicas,
});
