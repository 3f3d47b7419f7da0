/** Who calls a service: of a pipeline this stands below how it works. */
import { useTranslation } from "@/shared/i18n";
import { UsedBy } from "@/shared/ui/UsedBy";

import { More } from "./More";

export function UsedByDetails({ route }: { route: string }) {
  const { t } = useTranslation();
  return (
    <More summary={t("used.who")}>
      <UsedBy route={route} />
    </More>
  );
}
