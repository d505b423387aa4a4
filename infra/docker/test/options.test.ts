import { OptionError, parseOptions } from '../src/options';

const digest = `gcr.io/distroless/nodejs24-debian12@sha256:${'a'.repeat(64)}`;

describe('the options of npm run images', () => {
  it('build every part, for this machine, unless told otherwise', () => {
    const asked = {
      names: [],
      lab: false,
      printTags: false,
      json: false,
      prefix: '',
      tag: 'local',
      help: false,
    };
    expect(parseOptions([])).toEqual(asked);
  });

  it('take names, commands, a registry and base images by digest', () => {
    const given = ['orders', 'nats', '--prefix', 'localhost:5000/lab/', '--run-image', digest];
    expect(parseOptions([...given, '--build', 'make {image}', '--load', 'take {tar}'])).toMatchObject({
      names: ['orders', 'nats'],
      prefix: 'localhost:5000/lab/',
      runImage: digest,
      build: 'make {image}',
      load: 'take {tar}',
    });
  });

  it.each([
    ['a name that is none', ['order'], /"order" is no image; there are auth, /],
    ['an option that is none', ['--tags'], /'--tags'\nKnown options: --lab, --print-tags/],
    ['a builder that is none', ['--builder', 'kaniko'], '--builder is one of docker, buildah, podman'],
    ['two builders', ['--builder', 'docker', '--build', 'x {image}'], '--build takes the place of --builder'],
    ['a command that takes no image', ['--build', 'make'], '--build needs {image} in it'],
    ['a load that takes nothing', ['--load', 'ctr import'], '--load needs {image} or {tar} in it'],
    ['a prefix without its slash', ['--prefix', 'lab'], '--prefix is a registry or a path that ends in /'],
    ['the tag "latest"', ['--tag', 'latest'], '--tag may not be "latest"'],
    ['a base image without version', ['--run-image', 'node'], '--run-image needs a version or a digest'],
    [
      'a base image called latest',
      ['--build-image', 'node:latest'],
      '--build-image needs a version or a digest',
    ],
    [
      'a port taken for a version',
      ['--build-image', 'host:5000/node'],
      '--build-image needs a version or a digest',
    ],
    ['what is no image at all', ['--build-image', 'a b'], '--build-image is not the name of an image'],
    ['JSON of nothing', ['--json'], '--json goes with --print-tags'],
  ])('refuse %s, and say so', (_what, args, message) => {
    const refused = () => parseOptions(args);
    expect(refused).toThrow(OptionError);
    expect(refused).toThrow(message);
  });

  it('name everything that is wrong, not only the first', () => {
    expect(() => parseOptions(['order', '--tag', '!'])).toThrow(/"order" is no image[^]*--tag is not a tag/);
  });
});
