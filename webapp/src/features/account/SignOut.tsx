/** Ends the session of this browser, in all its windows. */
import { useMutation } from "@tanstack/react-query";

import { apiUrl } from "@/shared/api/client";
import type { About } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { tellWindows } from "@/shared/session";
import { BusyButton } from "@/shared/ui/BusyButton";
import { Failure } from "@/shared/ui/Faults";

import { signOut } from "./calls";

export function SignOut({ auth }: { auth: About["auth"] }) {
  const { t } = useTranslation();
  const leaving = useMutation({
    mutationFn: () => signOut(auth === "oidc"),
    onSuccess: (address) => {
      tellWindows({ type: "out" });
      // Loaded anew: nothing that was shown stays in memory.
      window.location.replace(address ?? apiUrl("sign-in"));
    },
  });
  return (
    <>
      {leaving.error && <Failure error={leaving.error} />}
      <BusyButton
        variant="outlined"
        isBusy={leaving.isPending}
        onClick={() => {
          leaving.mutate();
        }}
      >
        {t("account_page.sign_out")}
      </BusyButton>
    </>
  );
}
