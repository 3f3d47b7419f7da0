/** The button that fetches all files of a task as one ZIP. */
import { useState } from "react";

import { useTranslation } from "@/shared/i18n";
import { BusyButton } from "@/shared/ui/BusyButton";
import type { FileResult } from "@/shared/viewers/shapes";

interface DownloadAllProps {
  task: string;
  files: FileResult[];
}

export function DownloadAll({ task, files }: DownloadAllProps) {
  const { t } = useTranslation();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState("");

  const download = async () => {
    setIsBusy(true);
    setError("");
    try {
      // Few results have several files: what makes a ZIP is loaded for those.
      const { downloadAll } = await import("./zip");
      await downloadAll(
        `${task}.zip`,
        files.map(({ url }) => url),
      );
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setIsBusy(false);
    }
  };

  return (
    <>
      <BusyButton variant="outlined" isBusy={isBusy} onClick={() => void download()}>
        {t("result.download_all")}
      </BusyButton>
      {error && <span role="alert">{error}</span>}
    </>
  );
}
