/** People who have an account. The address has how their names begin, and the page. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";

import { useTranslation } from "@/shared/i18n";
import { Failure } from "@/shared/ui/Faults";
import { TextInput } from "@/shared/ui/TextInput";
import { useAbout } from "@/shared/useAbout";

import { AdminPage } from "../AdminPage";
import { people, type Person, withoutEmpty } from "../calls";
import { PageButtons } from "../PageButtons";
import { AddDialog } from "./AddDialog";
import { ErasureNote } from "./ErasureNote";
import { PeopleTable } from "./PeopleTable";
import { PersonDialog } from "./PersonDialog";

const page = getRouteApi("/admin/people");

export function PeoplePage() {
  const { t } = useTranslation();
  const about = useAbout();
  const isAdministrator = about?.person?.administrator === true;
  const [isAdding, setAdding] = useState(false);
  return (
    <AdminPage
      forAdministrators
      title={t("nav.people")}
      aside={
        about?.auth === "accounts" &&
        isAdministrator && (
          <Button
            variant="contained"
            onClick={() => {
              setAdding(true);
            }}
          >
            {t("admin.add_person")}
          </Button>
        )
      }
    >
      {about?.auth === "oidc" && (
        <Typography color="textSecondary" sx={{ mb: 4 }}>
          {t("admin.at_provider")}
        </Typography>
      )}
      <People isAdding={isAdding} setAdding={setAdding} />
    </AdminPage>
  );
}

interface PeopleProps {
  isAdding: boolean;
  setAdding: (isAdding: boolean) => void;
}

function People({ isAdding, setAdding }: PeopleProps) {
  const { t } = useTranslation();
  const { begins = "", cursor = "" } = page.useSearch();
  const navigate = page.useNavigate();
  const client = useQueryClient();
  const [opened, setOpened] = useState<Person>();
  const [noted, setNoted] = useState<Person[]>([]);
  const list = useQuery({
    queryKey: ["people", begins, cursor],
    queryFn: ({ signal }) => people({ begins, cursor }, signal),
    placeholderData: keepPreviousData,
  });
  // Also who was leaving before this page was opened; told until somebody has read it.
  const found = list.data?.items.filter(
    ({ id, leaving }) => leaving && !noted.some((one) => one.id === id),
  );
  if (found && found.length > 0) setNoted([...noted, ...found]);
  const go = (search: { begins: string; cursor: string }, replace: boolean) => {
    void navigate({ search: withoutEmpty(search), replace });
  };
  const readAgain = () => void client.invalidateQueries({ queryKey: ["people"] });

  return (
    <>
      <Box role="search" sx={{ mb: 4, maxWidth: 280 }}>
        <TextInput
          id="begins"
          type="search"
          label={t("admin.begins")}
          value={begins}
          onChange={(text) => {
            go({ begins: text, cursor: "" }, true);
          }}
        />
      </Box>
      {noted.map((person) => (
        <ErasureNote
          key={person.id}
          person={person}
          onDone={readAgain}
          onClose={() => {
            setNoted(noted.filter(({ id }) => id !== person.id));
          }}
        />
      ))}
      {list.isPending && <LinearProgress aria-label={t("loading")} />}
      {list.error && <Failure error={list.error} />}
      {list.data?.items.length === 0 && (
        <Typography role="status" color="textSecondary">
          {t("admin.nobody")}
        </Typography>
      )}
      {list.data && list.data.items.length > 0 && (
        <PeopleTable people={list.data.items} onOpen={setOpened} />
      )}
      <PageButtons
        cursor={cursor}
        next={list.data?.next}
        onGo={(wanted) => {
          go({ begins, cursor: wanted }, false);
        }}
      />
      {isAdding && (
        <AddDialog
          onDone={readAgain}
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
      {opened && (
        <PersonDialog
          person={opened}
          onChanged={readAgain}
          onErased={() => {
            setNoted([...noted, opened]);
            readAgain();
          }}
          onClose={() => {
            setOpened(undefined);
          }}
        />
      )}
    </>
  );
}
