import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, goTo, WrongContextError } from '../src/ctx/context';
import { OptionError, readOptions } from '../src/ctx/options';
import { placeOf, stagesFile } from '../src/ctx/stages';

const cloud = (cluster: string, namespace: string) => ({
  project: 'your-project',
  region: 'europe-west1',
  cluster,
  namespace,
});
const stages = stagesFile.parse({
  minikube: { context: 'minikube', namespace: 'gittix' },
  dev: cloud('gittix', 'gittix-dev'),
  staging: cloud('gittix', 'gittix-staging'),
  production: cloud('gittix-production', 'gittix-production'),
});
const settings = { project: 'tix', region: undefined, cluster: undefined };

// Notes each call; kubectl answers with what was last chosen.
const STAND_IN = `#!/bin/sh
cd "$STATE"
echo "$(basename "$0") $*" >>calls
case "$*" in
  'config use-context '*) [ "$3" = unreachable ] && exit 1; echo "$3" >context ;;
  'config set-context --current --namespace '*) echo "$5" >namespace ;;
  'config current-context') cat context ;;
  'config view '*) cat namespace ;;
esac
`;

let state: string;
const said: string[] = [];
const machine = () => ({
  env: { PATH: `${state}:${process.env.PATH}`, STATE: state },
  say: (line: string) => void said.push(line),
});
const calls = async () => (await readFile(join(state, 'calls'), 'utf8')).trim().split('\n');
const kubectlIsAt = async (context: string, namespace: string) => {
  await writeFile(join(state, 'context'), context);
  await writeFile(join(state, 'namespace'), namespace);
};

beforeEach(async () => {
  said.length = 0;
  state = await mkdtemp(join(tmpdir(), 'gittix-ctx-'));
  for (const tool of ['gcloud', 'kubectl']) {
    await writeFile(join(state, tool), STAND_IN);
    await chmod(join(state, tool), 0o755);
  }
  await kubectlIsAt('elsewhere', 'default');
});
afterEach(() => rm(state, { recursive: true, force: true }));

describe('npm run ctx -- STAGE', () => {
  it('fetches the credentials of the cluster and chooses context and namespace', async () => {
    await goTo('dev', placeOf('dev', stages, settings), machine());

    const [project, credentials, ...rest] = await calls();
    expect([project, credentials]).toEqual([
      'gcloud config set project tix',
      'gcloud container clusters get-credentials gittix --project tix --region europe-west1',
    ]);
    expect(rest.slice(0, 2)).toEqual([
      'kubectl config use-context gke_tix_europe-west1_gittix',
      'kubectl config set-context --current --namespace gittix-dev',
    ]);
    expect(said).toEqual(['dev: gke_tix_europe-west1_gittix, namespace gittix-dev']);
  });

  it('asks no cloud for minikube', async () => {
    await goTo('minikube', placeOf('minikube', stages, settings), machine());

    expect((await calls()).filter((call) => call.startsWith('gcloud'))).toEqual([]);
    expect(said).toEqual(['minikube: minikube, namespace gittix']);
  });

  it('tells which command failed', async () => {
    const place = { context: 'unreachable', namespace: 'gittix' };
    await expect(goTo('minikube', place, machine())).rejects.toThrow(
      'kubectl config use-context unreachable ended with 1',
    );
  });

  it('asks for the project while only the placeholder is there', () => {
    expect(() => placeOf('dev', stages, { ...settings, project: undefined })).toThrow('GITTIX_PROJECT');
  });
});

describe('npm run ctx -- --check STAGE', () => {
  const production = () => placeOf('production', stages, settings);

  it('passes where it should be, and changes nothing', async () => {
    await kubectlIsAt('gke_tix_europe-west1_gittix-production', 'gittix-production');
    await check('production', production(), machine());
    expect((await calls()).join('\n')).not.toMatch(/use-context|set-context|gcloud/);
  });

  it.each([
    ['another cluster', 'gke_tix_europe-west1_gittix', 'gittix-production'],
    ['another namespace', 'gke_tix_europe-west1_gittix-production', 'gittix-staging'],
    ['no namespace chosen', 'gke_tix_europe-west1_gittix-production', ''],
  ])('refuses %s', async (_what, context, namespace) => {
    await kubectlIsAt(context, namespace);
    const checked = check('production', production(), machine());
    await expect(checked).rejects.toThrow(WrongContextError);
    await expect(checked).rejects.toThrow('npm run ctx -- production goes there');
  });
});

describe('its command line', () => {
  it.each([[[]], [['nowhere']], [['dev', 'staging']], [['dev', '--force']]])('refuses %j', (args) => {
    expect(() => readOptions(args)).toThrow(OptionError);
  });

  it('takes one stage, and --check', () => {
    expect(readOptions(['--check', 'production'])).toEqual({ stage: 'production', check: true, help: false });
  });
});
