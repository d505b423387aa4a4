import { ENGINES } from './build/engine';
import { LAB_IMAGES } from './lab/lab-images';
import { PART_NAMES } from './parts';

export const HELP = `npm run images -- [NAME…] [options]

Builds the images of all parts, or of those named: ${PART_NAMES.join(' ')}.

  --lab               also those for a cluster that can pull no image: ${LAB_IMAGES.join(' ')}; without a --run-image all
                      run on that node
  --builder NAME      ${ENGINES.join(', ')} (default: the first of them on PATH)
  --build COMMAND     a shell command of your own that builds one: {context}, {dockerfile} and {image} are filled in
  --load COMMAND      a shell command for each image built, with {image} or {tar}:
                      'minikube image load {image}', 'ctr -n k8s.io images import {tar}'
  --prefix PATH/      before every name: a registry and a folder in it
  --tag TAG           default "local"; "content" means each part's content tag
  --build-image NAME  in place of the Dockerfiles' own base images, such as the same ones by digest;
  --run-image NAME    they are part of the content

Without building:

  --print-tags        the content tag of each part: the same content gives the same tag in every checkout, so that what
                      was built and tested once is what is promoted
  --json              with --print-tags: one JSON object, part -> tag
  --sbom DIR          writes PART.cdx.json, what is in each image (CycloneDX)
  --help
`;
