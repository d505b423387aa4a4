import { type KubeObject, nameOf, ofKind } from '../render/objects';
import type { Policy } from './policy';

interface Certificate extends KubeObject {
  spec: { dnsNames: string[]; issuerRef: { name: string } };
}
interface Parent {
  name: string;
  sectionName?: string;
}
interface Issuer extends KubeObject {
  spec: {
    acme: {
      solvers: {
        http01: {
          ingress?: { ingressClassName: string };
          gatewayHTTPRoute?: { parentRefs: Parent[] };
        };
      }[];
    };
  };
}
interface Gateway extends KubeObject {
  spec: { listeners: { name: string; hostname?: string; port: number; protocol: string }[] };
}
interface Ingress extends KubeObject {
  spec: { ingressClassName: string; rules: { host?: string }[] };
}

/** Where the authority's question for a name arrives: plain http, port 80. */
const hears = (gateway: Gateway, parent: Parent, host: string) =>
  gateway.spec.listeners.some(
    ({ name, hostname = host, port, protocol }) =>
      port === 80 && protocol === 'HTTP' && hostname === host && (parent.sectionName ?? name) === name,
  );

/** The authority asks each name of a certificate by http, and the issuer's answer is where that question arrives. */
export const certificatesCanBeProven: Policy = ({ objects }) => {
  const gateways = ofKind<Gateway>(objects, 'Gateway');
  const ingresses = ofKind<Ingress>(objects, 'Ingress');
  const isAnswered = ({ spec }: Issuer, host: string) =>
    spec.acme.solvers.some(({ http01: { ingress, gatewayHTTPRoute } }) => {
      const byIngress = ingresses.some(
        (one) =>
          one.spec.ingressClassName === ingress?.ingressClassName &&
          one.spec.rules.some((rule) => rule.host === host),
      );
      const parents = gatewayHTTPRoute?.parentRefs ?? [];
      return (
        byIngress ||
        parents.some((parent) =>
          gateways.some((gateway) => gateway.metadata.name === parent.name && hears(gateway, parent, host)),
        )
      );
    });
  return ofKind<Certificate>(objects, 'Certificate').flatMap((certificate) => {
    const { dnsNames, issuerRef } = certificate.spec;
    const issuer = ofKind<Issuer>(objects, 'Issuer').find(({ metadata }) => metadata.name === issuerRef.name);
    if (!issuer) return [`${nameOf(certificate)}: there is no Issuer ${issuerRef.name}`];
    return dnsNames
      .filter((host) => !isAnswered(issuer, host))
      .map((host) => `${nameOf(certificate)}: nobody answers for ${host}`);
  });
};
