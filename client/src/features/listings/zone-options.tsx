/** The zones the server knows; the browser's own is added when it goes by an older name. */
export function ZoneOptions({ zones, chosen }: { zones: string[]; chosen: string }) {
  const all = zones.includes(chosen) ? zones : [chosen, ...zones];
  return all.map((zone) => (
    <option key={zone} value={zone}>
      {zone.replaceAll('_', ' ')}
    </option>
  ));
}
