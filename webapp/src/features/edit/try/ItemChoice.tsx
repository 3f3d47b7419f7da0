/** Of a step in a loop: the item of which the last run's values are shown. */
import TextField from "@mui/material/TextField";

import { useTranslation } from "@/shared/i18n";

import { setTry, useTry } from "./tryState";

export function ItemChoice({ loop }: { loop: string }) {
  const { t } = useTranslation();
  const path = useTry(({ paths }) => paths.get(loop));
  const total = useTry(({ lines }) => lines.get(loop)?.items?.total ?? 0);
  const asked = useTry(({ items }) => items.get(loop));
  const shown = /\[(\d+)\]$/.exec(path ?? "")?.[1];
  if (shown === undefined || total < 2) return null;

  return (
    <TextField
      type="number"
      size="small"
      label={t("canvas.item_shown", { last: total - 1 })}
      value={asked ?? Number(shown)}
      slotProps={{ htmlInput: { min: 0, max: total - 1 } }}
      onChange={({ target }) => {
        const index = Number(target.value);
        if (target.value === "" || !Number.isInteger(index)) return;
        const within = Math.min(Math.max(index, 0), total - 1);
        setTry(({ items }) => ({ items: new Map(items).set(loop, within) }));
      }}
    />
  );
}
