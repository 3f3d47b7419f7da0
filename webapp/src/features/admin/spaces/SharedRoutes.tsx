/** With which other spaces a route of this one is shared. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { engine } from "@/shared/api/client";
import { useTranslation } from "@/shared/i18n";
import { BusyButton } from "@/shared/ui/BusyButton";
import { Failure } from "@/shared/ui/Faults";
import { ChoiceInput } from "@/shared/ui/TextInput";
import { useSpaceNames } from "@/shared/useSpaceNames";

import { share, sharingOf, spaces, unshare } from "../calls";

type May = "run" | "read";

export function SharedRoutes({ space }: { space: string }) {
  const { t } = useTranslation();
  const [route, setRoute] = useState("");
  const routes = useQuery({
    queryKey: ["routes"],
    queryFn: ({ signal }) => engine.routes(signal),
  });
  // Services serve all spaces.
  const names = (routes.data ?? [])
    .filter(({ type }) => type === "pipeline")
    .map((one) => one.route);

  return (
    <Box sx={{ display: "grid", gap: 4, maxWidth: 640 }}>
      <Typography color="textSecondary">{t("admin.sharing_words")}</Typography>
      {routes.error && <Failure error={routes.error} />}
      <ChoiceInput
        id="shared-route"
        label={t("admin.route")}
        value={route}
        options={[
          ["", t("admin.choose_route")],
          ...names.map((one) => [one, one] as const),
        ]}
        sx={{ maxWidth: 360 }}
        onChange={setRoute}
      />
      {route !== "" && <Sharing key={route} route={route} space={space} />}
    </Box>
  );
}

function Sharing({ route, space }: { route: string; space: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const nameOf = useSpaceNames();
  const [other, setOther] = useState("");
  const [may, setMay] = useState<May>("run");
  const sharing = useQuery({
    queryKey: ["sharing", route],
    queryFn: ({ signal }) => sharingOf(route, signal),
  });
  const all = useQuery({
    queryKey: ["spaces"],
    queryFn: ({ signal }) => spaces(signal),
  });
  const changing = useMutation({
    mutationFn: async ({ to, how }: { to: string; how: May | "" }) => {
      if (how === "") await unshare(route, to);
      else await share(route, to, how);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["sharing", route] }),
  });

  if (sharing.error) return <Failure error={sharing.error} />;
  if (!sharing.data) return <>{t("loading")}</>;
  if (sharing.data.space !== space) {
    const words = t("admin.route_elsewhere", { space: nameOf(sharing.data.space) });
    return <Typography>{words}</Typography>;
  }
  const shared = Object.entries(sharing.data.shared);
  const others = (all.data ?? []).filter(
    ({ id }) => id !== space && !(id in sharing.data.shared),
  );
  return (
    <>
      {shared.length === 0 && <Typography>{t("admin.not_shared")}</Typography>}
      {shared.length > 0 && (
        <Box component="ul" sx={{ m: 0, pl: 5 }}>
          {shared.map(([to, how]) => (
            <li key={to}>
              {t("admin.shared_with", {
                space: nameOf(to),
                may: t(`admin.may_${how}`),
              })}{" "}
              <Button
                size="small"
                aria-label={t("admin.unshare_of", { space: nameOf(to) })}
                onClick={() => {
                  changing.mutate({ to, how: "" });
                }}
              >
                {t("admin.unshare")}
              </Button>
            </li>
          ))}
        </Box>
      )}
      {others.length > 0 ? (
        <Box
          sx={{
            display: "flex",
            flexWrap: "wrap",
            columnGap: 2,
            // A label sticks out of its field.
            rowGap: 3,
            alignItems: "center",
          }}
        >
          <ChoiceInput
            id="share-with"
            label={t("admin.share_with")}
            value={other}
            options={[["", "–"], ...others.map(({ id, name }) => [id, name] as const)]}
            sx={{ width: 220 }}
            onChange={setOther}
          />
          <ChoiceInput
            id="share-may"
            label={t("admin.to")}
            value={may}
            options={[
              ["run", t("admin.may_run")],
              ["read", t("admin.may_read")],
            ]}
            sx={{ width: 220 }}
            onChange={(wanted) => {
              setMay(wanted === "read" ? "read" : "run");
            }}
          />
          <BusyButton
            variant="outlined"
            isBusy={changing.isPending}
            disabled={other === ""}
            onClick={() => {
              changing.mutate({ to: other, how: may });
              setOther("");
            }}
          >
            {t("admin.share")}
          </BusyButton>
        </Box>
      ) : (
        <Typography color="textSecondary">{t("admin.no_other_space")}</Typography>
      )}
      {changing.error && <Failure error={changing.error} />}
    </>
  );
}
