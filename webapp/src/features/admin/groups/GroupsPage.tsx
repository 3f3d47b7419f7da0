/** Groups of people: a group is a member of spaces as one person is. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useTranslation } from "@/shared/i18n";
import { DenseTable, FROM_SM } from "@/shared/ui/DenseTable";
import { Failure } from "@/shared/ui/Faults";
import { AppLink } from "@/shared/ui/LinkButton";
import { useAbout } from "@/shared/useAbout";

import { AdminPage } from "../AdminPage";
import { addGroup, type Group, groups } from "../calls";
import { NewDialog } from "../NewDialog";

export function GroupsPage() {
  const { t } = useTranslation();
  const isAdministrator = useAbout()?.person?.administrator === true;
  const client = useQueryClient();
  const [isMaking, setMaking] = useState(false);
  const list = useQuery({
    queryKey: ["groups"],
    queryFn: ({ signal }) => groups(signal),
    enabled: isAdministrator,
  });
  return (
    <AdminPage
      forAdministrators
      title={t("nav.groups")}
      aside={
        <Button
          variant="contained"
          onClick={() => {
            setMaking(true);
          }}
        >
          {t("admin.make_group")}
        </Button>
      }
    >
      <Typography color="textSecondary" sx={{ mb: 4, maxWidth: "68ch" }}>
        {t("admin.groups_words")}
      </Typography>
      {list.isLoading && <LinearProgress aria-label={t("loading")} />}
      {list.error && <Failure error={list.error} />}
      {list.data && list.data.length > 0 && <GroupTable list={list.data} />}
      {isMaking && (
        <NewDialog
          title={t("admin.make_group")}
          send={addGroup}
          onDone={() => void client.invalidateQueries({ queryKey: ["groups"] })}
          onClose={() => {
            setMaking(false);
          }}
        />
      )}
    </AdminPage>
  );
}

function GroupTable({ list }: { list: Group[] }) {
  const { t } = useTranslation();
  return (
    <DenseTable>
      <thead>
        <tr>
          <th scope="col">{t("admin.name")}</th>
          <th scope="col">{t("admin.roles")}</th>
          <Box component="th" scope="col" sx={FROM_SM}>
            {t("admin.follows")}
          </Box>
        </tr>
      </thead>
      <tbody>
        {list.map((group) => (
          <tr key={group.id}>
            <th scope="row">
              <AppLink
                to="/admin/groups/$id"
                params={{ id: group.id }}
                underline="hover"
                color="textPrimary"
                sx={{ fontWeight: 600 }}
              >
                {group.name}
              </AppLink>
            </th>
            <td>
              {Object.entries(group.roles)
                .map(([space, role]) => `${space}: ${t(`admin.role_${role}`, role)}`)
                .join(", ") || "–"}
            </td>
            <Box component="td" sx={FROM_SM}>
              {group.provider_group || "–"}
            </Box>
          </tr>
        ))}
      </tbody>
    </DenseTable>
  );
}
