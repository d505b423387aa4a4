export { loadMissing as getServerSideProps } from '../server/loads/missing';

/** Any address without a page: the loader answers 404, and `_app` shows why. */
export default function MissingPage() {
  return null;
}
