import { type KubeObject, nameOf, ofKind } from '../render/objects';

/** One line of the table of routes, whichever kind of object it was written in. */
export interface Route {
  from: string;
  host: string;
  path: string;
  exact: boolean;
  service: string;
  port: string | number;
}

interface Ingress extends KubeObject {
  spec: {
    rules: {
      host?: string;
      http: {
        paths: {
          path: string;
          pathType: string;
          backend: { service: { name: string; port: { name?: string; number?: number } } };
        }[];
      };
    }[];
  };
}

interface HttpRoute extends KubeObject {
  spec: {
    hostnames?: string[];
    rules: {
      matches?: { path?: { type: string; value: string } }[];
      backendRefs?: { name: string; port: number }[];
    }[];
  };
}

/** Every route of every Ingress and HTTPRoute. A rule without a backend (the redirect to https) is none. */
export function routesOf(objects: KubeObject[]): Route[] {
  return [
    ...ofKind<Ingress>(objects, 'Ingress').flatMap(ofIngress),
    ...ofKind<HttpRoute>(objects, 'HTTPRoute').flatMap(ofHttpRoute),
  ];
}

function ofIngress(ingress: Ingress): Route[] {
  return ingress.spec.rules.flatMap(({ host = '*', http }) =>
    http.paths.map(({ path, pathType, backend: { service } }) => ({
      from: nameOf(ingress),
      host,
      path,
      exact: pathType === 'Exact',
      service: service.name,
      port: service.port.name ?? service.port.number ?? 'none',
    })),
  );
}

function ofHttpRoute(route: HttpRoute): Route[] {
  const { hostnames = ['*'], rules } = route.spec;
  return hostnames.flatMap((host) =>
    rules.flatMap(({ matches = [{}], backendRefs = [] }) =>
      backendRefs.flatMap((backend) =>
        matches.map(({ path }) => ({
          from: nameOf(route),
          host,
          path: path?.value ?? '/',
          exact: path?.type === 'Exact',
          service: backend.name,
          port: backend.port,
        })),
      ),
    ),
  );
}
