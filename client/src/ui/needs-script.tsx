import { useTexts } from '../texts';
import { Notice } from './notice';

/** For readers without script, before a form that cannot work so. */
export function NeedsScript() {
  const t = useTexts();
  return (
    <noscript>
      <Notice tone="wait">{t.site.needsScript}</Notice>
    </noscript>
  );
}
