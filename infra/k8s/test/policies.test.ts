import { type Policy, POLICIES, type Stage } from '../src/policies';
import { type KubeObject, parseManifests, workloadsOf } from '../src/render/objects';
import { CERTIFICATES } from './plants/certificates';
import { object } from './plants/plant';
import { PODS } from './plants/pods';
import { ROLLOUT } from './plants/rollout';
import { SETTINGS as SETTINGS_PLANTS } from './plants/settings';
import { WIRING } from './plants/wiring';
import { nonconformities, renderText } from './support/render';
import { SETTINGS } from './support/settings';

const PLANTS = [...PODS, ...ROLLOUT, ...WIRING, ...CERTIFICATES, ...SETTINGS_PLANTS];

/** Each rule is shown what it is there for: something wrong in an otherwise right render. */
describe('what the rules catch', () => {
  let minikube: string;
  let right: Record<'minikube' | 'staging', KubeObject[]>;

  beforeAll(async () => {
    const texts = await renderText(['overlays/minikube', 'overlays/staging']);
    minikube = texts['overlays/minikube'];
    right = { minikube: parseManifests(minikube), staging: parseManifests(texts['overlays/staging']) };
  }, 300_000);

  it.each(PLANTS)('%s: %s', (policy, _what, plant, complaint) => {
    const check: Policy = POLICIES[policy];
    const stage: Stage = { objects: structuredClone(right.staging), settings: SETTINGS };
    expect(check(stage)).toEqual([]);
    plant(stage);
    expect(check(stage)).toEqual(expect.arrayContaining([expect.stringMatching(complaint)]));
  });

  it('has something planted for every rule', () => {
    expect([...new Set(PLANTS.map(([policy]) => policy))].sort()).toEqual(Object.keys(POLICIES).sort());
  });

  it('settingsFit reads the values of secrets where they are known', () => {
    const stage: Stage = { objects: structuredClone(right.minikube), settings: SETTINGS };
    const secret = object(stage, 'Secret', /^orders-secrets/);
    secret.data = { ...secret.data, MONGO_URL: Buffer.from('postgres://orders').toString('base64') };
    expect(POLICIES.settingsFit(stage)).toEqual([
      'Deployment orders: MONGO_URL has a value that orders refuses',
    ]);
  });

  it('the schemas refuse a field that the API server would drop, a wrong type and an unknown kind', async () => {
    const planted = minikube
      .replace('minReadySeconds: 5', 'minReadySecond: 5')
      .replace('maxReplicas: 10', 'maxReplicas: ten')
      .replace('kind: PodDisruptionBudget', 'kind: PodDisruptionPlan');
    const problems = await nonconformities(planted);
    expect(problems).toHaveLength(3);
    expect(problems.join('\n')).toMatch(
      /minReadySecond'? not allowed|additional properties 'minReadySecond'/,
    );
  }, 300_000);

  // A workload without a name of its own would escape every rule above.
  it('every workload says what it is', () => {
    const names = workloadsOf(right.minikube).map(
      ({ spec }) => spec.template.metadata.labels?.['app.kubernetes.io/name'],
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain(undefined);
  });
});
