/** The way to the item because of which a loop failed. */
import Button from "@mui/material/Button";

import { below } from "@/pipeline/framePath";
import { engine } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";

import { failedIndex } from "./failedIndex";

interface FailedItemProps {
  task: string;
  place: { path: string; node: string };
  /** Of the fault: it names the item. */
  message: string;
  onOpen: (path: string, node?: string) => void;
}

export function FailedItem({ task, place, message, onOpen }: FailedItemProps) {
  const { t } = useTranslation();
  const index = failedIndex(message);
  if (index === undefined) return null;

  const open = async () => {
    const page = await engine.items(task, place, { first: index, limit: 1 });
    const item = page.items[0];
    if (item) onOpen(below(task, item.path), item.failed_node ?? undefined);
  };
  return (
    <Button variant="outlined" size="small" sx={{ mb: 2 }} onClick={() => void open()}>
      {t("task.open_item", { index })}
    </Button>
  );
}
