import type { Viewer } from '../../browser/viewer';
import { useTexts } from '../../texts';
import { Button } from '../../ui/button';
import { rememberPress } from './remembered-press';

/**
 * Signed in, the press reserves. Signed out, it is a GET to the sign-in page that names the way back; the press itself is
 * noted in this tab only, so that a link with `buy=1` from elsewhere reserves nothing.
 */
export function BuyButton({
  ticketId,
  viewer,
  pending,
  onPress,
}: {
  ticketId: string;
  viewer: Viewer;
  pending: boolean;
  onPress: () => void;
}) {
  const t = useTexts();
  if (viewer.signedIn) {
    return (
      <Button wide pending={pending} pendingText={t.ticket.buying} onClick={onPress}>
        {t.ticket.buy}
      </Button>
    );
  }
  return (
    <form method="get" action="/signin" onSubmit={() => rememberPress(ticketId)}>
      <input type="hidden" name="next" value={buyAddress(ticketId)} />
      <Button type="submit" wide>
        {t.ticket.buy}
      </Button>
    </form>
  );
}

/** The ticket's page, finishing the press there. */
export function buyAddress(ticketId: string): string {
  return `/tickets/${ticketId}?buy=1`;
}
