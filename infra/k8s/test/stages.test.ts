import { truthTable } from '../src/network/truth-table';
import { routesOf } from '../src/policies/routes';
import { POLICIES } from '../src/policies';
import { type KubeObject, parseManifests } from '../src/render/objects';
import { EDGES } from './support/edges';
import { nonconformities, RENDERED, type Rendered, renderText } from './support/render';
import { SETTINGS } from './support/settings';

describe('every stage and variation', () => {
  let texts: Record<Rendered, string>;
  let objects: Record<Rendered, KubeObject[]>;

  beforeAll(async () => {
    texts = await renderText(RENDERED);
    const entries = RENDERED.map((name) => [name, parseManifests(texts[name])]);
    objects = Object.fromEntries(entries) as Record<Rendered, KubeObject[]>;
  }, 300_000);

  it('renders without a warning and has all parts', () => {
    for (const name of RENDERED.filter((one) => !one.endsWith('/migrate'))) {
      const deployments = objects[name]
        .filter(({ kind }) => kind === 'Deployment')
        .map(({ metadata }) => metadata.name);
      expect(deployments).toEqual(
        expect.arrayContaining(['auth', 'tickets', 'orders', 'payments', 'expiration', 'client']),
      );
    }
  });

  it('has objects as a real API server describes them, and no field that it would drop', async () => {
    // Kinds and names repeat over the stages; one call reads them all.
    expect(await nonconformities(Object.values(texts).join('\n---\n'))).toEqual([]);
  }, 300_000);

  it('leaves nothing open that a stage has to say', () => {
    for (const name of RENDERED) expect(texts[name]).not.toMatch(/set-by|set-below|STAGE/);
  });

  it.each(Object.keys(POLICIES) as (keyof typeof POLICIES)[])('keeps the rule %s', (policy) => {
    const broken = RENDERED.flatMap((name) =>
      POLICIES[policy]({ objects: objects[name], settings: SETTINGS }).map(
        (problem) => `${name}: ${problem}`,
      ),
    );
    expect(broken).toEqual([]);
  });

  it.each(RENDERED)('%s opens the edges of the design to each pod and port, and no other', (name) => {
    expect(truthTable(objects[name])).toEqual([...EDGES[name]].sort());
  });

  it.each([
    ['overlays/dev', 'variations/dev-gateway'],
    ['overlays/staging', 'variations/staging-gateway'],
    ['overlays/lab', 'variations/lab-gateway'],
  ] as const)('%s has the same routes behind a gateway', (ingress, gateway) => {
    const comparable = (name: Rendered) =>
      routesOf(objects[name])
        .map(({ host, path, exact, service }) => `${host}${path}${exact ? ' exactly' : ''} -> ${service}`)
        .sort();
    expect(comparable(ingress).length).toBeGreaterThan(5);
    expect(comparable(gateway)).toEqual(comparable(ingress));
    expect(objects[gateway].filter(({ kind }) => kind === 'Ingress')).toEqual([]);
  });

  it.each(['dev', 'staging', 'production'] as const)(
    '%s migrates with the settings it rolls out',
    (stage) => {
      const rollout = objects[`overlays/${stage}`];
      const migrate = objects[`overlays/${stage}/migrate`];
      const jobs = migrate.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name);
      expect(jobs.sort()).toEqual(['auth-migrate', 'orders-migrate', 'payments-migrate', 'tickets-migrate']);
      const ours = (object: KubeObject) =>
        object.metadata.labels?.['app.kubernetes.io/component'] === 'service';
      expect(migrate.filter(({ kind }) => kind === 'Deployment').filter(ours)).toEqual([]);
      // A ConfigMap's name is made of what it says.
      const settings = (all: KubeObject[]) => all.filter(({ kind }) => kind === 'ConfigMap');
      expect(settings(migrate)).toEqual(settings(rollout));
    },
  );

  it('keeps secrets out of what is not a secret', () => {
    for (const name of RENDERED) {
      const open = objects[name].filter(({ kind }) => kind !== 'Secret');
      expect(JSON.stringify(open)).not.toMatch(/sk_(test|live)_|whsec_|"d":"|mongodb:\/\/[^"@/]+:[^"@/]+@/);
    }
  });
});
