/** Who is in a group. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { useTranslation } from "@/shared/i18n";
import { DenseTable, RIGHT } from "@/shared/ui/DenseTable";
import { Failure } from "@/shared/ui/Faults";
import { Section } from "@/shared/ui/Section";
import { useAbout } from "@/shared/useAbout";

import { AddByName } from "../AddByName";
import { AdminPage } from "../AdminPage";
import { deleteGroup, groupPeople, groups, putInGroup, takeOutOfGroup } from "../calls";
import { ConfirmDialog } from "../ConfirmDialog";
import { PageButtons } from "../PageButtons";

const page = getRouteApi("/admin/groups/$id");

export function GroupPage() {
  const { t } = useTranslation();
  const { id } = page.useParams();
  const isAdministrator = useAbout()?.person?.administrator === true;
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isDeleting, setDeleting] = useState(false);
  const all = useQuery({
    queryKey: ["groups"],
    queryFn: ({ signal }) => groups(signal),
    enabled: isAdministrator,
  });
  const group = all.data?.find((one) => one.id === id);
  const name = group?.name ?? id;
  return (
    <AdminPage
      forAdministrators
      title={name}
      aside={
        <Button
          color="error"
          onClick={() => {
            setDeleting(true);
          }}
        >
          {t("admin.delete")}
        </Button>
      }
    >
      {group?.provider_group && (
        <Alert severity="info" sx={{ mb: 4 }}>
          {t("admin.follows_words", { name: group.provider_group })}
        </Alert>
      )}
      <Section title={t("nav.people")}>
        <InGroup id={id} />
      </Section>
      {isDeleting && (
        <ConfirmDialog
          title={t("admin.delete_title", { name })}
          words={t("admin.delete_group_words")}
          action={t("admin.delete")}
          send={() => deleteGroup(id)}
          onDone={() => {
            void navigate({ to: "/admin/groups" });
            void client.invalidateQueries({ queryKey: ["groups"], exact: true });
          }}
          onClose={() => {
            setDeleting(false);
          }}
        />
      )}
    </AdminPage>
  );
}

function InGroup({ id }: { id: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [cursor, setCursor] = useState("");
  const list = useQuery({
    queryKey: ["groups", id, cursor],
    queryFn: ({ signal }) => groupPeople(id, { cursor }, signal),
  });
  const readAgain = () => client.invalidateQueries({ queryKey: ["groups", id] });
  const removing = useMutation({
    mutationFn: (person: string) => takeOutOfGroup(id, person),
    onSettled: readAgain,
  });
  return (
    <>
      <AddByName
        label={t("admin.person")}
        send={(person) => putInGroup(id, person)}
        onDone={() => void readAgain()}
      />
      {list.isPending && <LinearProgress aria-label={t("loading")} />}
      {list.error && <Failure error={list.error} />}
      {removing.error && <Failure error={removing.error} />}
      {list.data?.items.length === 0 && (
        <Typography role="status" color="textSecondary">
          {t("admin.nobody_in_group")}
        </Typography>
      )}
      {list.data && list.data.items.length > 0 && (
        <DenseTable>
          <thead>
            <tr>
              <th scope="col">{t("admin.name")}</th>
              <Box component="th" scope="col" sx={RIGHT}>
                {t("admin.remove")}
              </Box>
            </tr>
          </thead>
          <tbody>
            {list.data.items.map((person) => (
              <tr key={person.id}>
                <th scope="row">
                  {person.name}
                  {!person.active && ` · ${t("admin.locked")}`}
                </th>
                <Box component="td" sx={RIGHT}>
                  <Button
                    size="small"
                    aria-label={t("admin.remove_of", { name: person.name })}
                    onClick={() => {
                      removing.mutate(person.id);
                    }}
                  >
                    {t("admin.remove")}
                  </Button>
                </Box>
              </tr>
            ))}
          </tbody>
        </DenseTable>
      )}
      <PageButtons cursor={cursor} next={list.data?.next} onGo={setCursor} />
    </>
  );
}
