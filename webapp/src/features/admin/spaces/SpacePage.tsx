/** A space: its members, the routes that it shares, its name. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { useTranslation } from "@/shared/i18n";
import { ownsSpace } from "@/shared/rights";
import { Failure } from "@/shared/ui/Faults";
import { Section } from "@/shared/ui/Section";
import { useAbout } from "@/shared/useAbout";

import { AdminPage } from "../AdminPage";
import { deleteSpace, readSpace, renameSpace } from "../calls";
import { ConfirmDialog } from "../ConfirmDialog";
import { RenameDialog } from "../RenameDialog";
import { Members } from "./Members";
import { SharedRoutes } from "./SharedRoutes";

const page = getRouteApi("/admin/spaces/$space");

export function SpacePage() {
  const { t } = useTranslation();
  const { space } = page.useParams();
  const about = useAbout();
  const details = useQuery({
    queryKey: ["spaces", space],
    queryFn: ({ signal }) => readSpace(space, signal),
    enabled: about !== undefined && about.auth !== "off",
  });
  const isOwner = about !== undefined && ownsSpace(about, space);

  return (
    <AdminPage
      title={details.data?.name ?? space}
      aside={
        isOwner && details.data && <Changes space={space} name={details.data.name} />
      }
    >
      {details.isLoading && <LinearProgress aria-label={t("loading")} />}
      {details.error && <Failure error={details.error} />}
      {details.data && (
        <Box sx={{ display: "grid", gap: 8 }}>
          <Section title={t("admin.members")}>
            <Members space={space} isOwner={isOwner} />
          </Section>
          {isOwner && (
            <Section title={t("admin.shared_routes")}>
              <SharedRoutes space={space} />
            </Section>
          )}
        </Box>
      )}
    </AdminPage>
  );
}

function Changes({ space, name }: { space: string; name: string }) {
  const { t } = useTranslation();
  const about = useAbout();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<"rename" | "delete">();
  const close = () => {
    setDialog(undefined);
  };
  const readAgain = () => client.invalidateQueries({ queryKey: ["spaces"] });
  return (
    <Box sx={{ display: "flex", gap: 2 }}>
      <Button
        variant="outlined"
        onClick={() => {
          setDialog("rename");
        }}
      >
        {t("admin.rename")}
      </Button>
      {about?.person?.administrator && (
        <Button
          color="error"
          onClick={() => {
            setDialog("delete");
          }}
        >
          {t("admin.delete")}
        </Button>
      )}
      {dialog === "rename" && (
        <RenameDialog
          name={name}
          send={(wanted) => renameSpace(space, wanted)}
          onDone={() => void readAgain()}
          onClose={close}
        />
      )}
      {dialog === "delete" && (
        <ConfirmDialog
          title={t("admin.delete_title", { name })}
          words={t("admin.delete_space_words")}
          action={t("admin.delete")}
          send={() => deleteSpace(space)}
          onDone={() => {
            void navigate({ to: "/admin/spaces" });
            client.removeQueries({ queryKey: ["spaces", space] });
            void client.invalidateQueries({ queryKey: ["spaces"], exact: true });
          }}
          onClose={close}
        />
      )}
    </Box>
  );
}
