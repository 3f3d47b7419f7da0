/** The spaces in which I have a role; administrators see all, and make them. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useTranslation } from "@/shared/i18n";
import { MONO } from "@/shared/theme";
import { DenseTable, FROM_SM } from "@/shared/ui/DenseTable";
import { Failure } from "@/shared/ui/Faults";
import { AppLink } from "@/shared/ui/LinkButton";
import { useAbout } from "@/shared/useAbout";

import { AdminPage } from "../AdminPage";
import { addSpace, type Space, spaces } from "../calls";
import { NewDialog } from "../NewDialog";

export function SpacesPage() {
  const { t } = useTranslation();
  const about = useAbout();
  const client = useQueryClient();
  const [isMaking, setMaking] = useState(false);
  const list = useQuery({
    queryKey: ["spaces"],
    queryFn: ({ signal }) => spaces(signal),
    enabled: about !== undefined && about.auth !== "off",
  });
  const mayMake = about?.person?.administrator === true;
  return (
    <AdminPage
      title={t("nav.spaces")}
      aside={
        mayMake && (
          <Button
            variant="contained"
            onClick={() => {
              setMaking(true);
            }}
          >
            {t("admin.make_space")}
          </Button>
        )
      }
    >
      <Typography color="textSecondary" sx={{ mb: 4, maxWidth: "68ch" }}>
        {t(mayMake ? "admin.spaces_words" : "admin.spaces_words_others")}
      </Typography>
      {list.isLoading && <LinearProgress aria-label={t("loading")} />}
      {list.error && <Failure error={list.error} />}
      {list.data && <SpaceTable list={list.data} />}
      {isMaking && (
        <NewDialog
          title={t("admin.make_space")}
          send={addSpace}
          onDone={() => void client.invalidateQueries({ queryKey: ["spaces"] })}
          onClose={() => {
            setMaking(false);
          }}
        />
      )}
    </AdminPage>
  );
}

function SpaceTable({ list }: { list: Space[] }) {
  const { t } = useTranslation();
  return (
    <DenseTable>
      <thead>
        <tr>
          <th scope="col">{t("admin.name")}</th>
          <Box component="th" scope="col" sx={FROM_SM}>
            {t("admin.id")}
          </Box>
          <th scope="col">{t("admin.my_role")}</th>
        </tr>
      </thead>
      <tbody>
        {list.map((space) => (
          <tr key={space.id}>
            <th scope="row">
              <AppLink
                to="/admin/spaces/$space"
                params={{ space: space.id }}
                underline="hover"
                color="textPrimary"
                sx={{ fontWeight: 600 }}
              >
                {space.name}
              </AppLink>
            </th>
            <Box component="td" sx={{ ...FROM_SM, fontFamily: MONO, fontSize: 12 }}>
              {space.id}
            </Box>
            <td>{space.role === null ? "–" : t(`admin.role_${space.role}`)}</td>
          </tr>
        ))}
      </tbody>
    </DenseTable>
  );
}
