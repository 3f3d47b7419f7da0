/** Who has which role in a space: people and groups. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useState } from "react";

import { useTranslation } from "@/shared/i18n";
import { DenseTable, FROM_SM, RIGHT } from "@/shared/ui/DenseTable";
import { Failure } from "@/shared/ui/Faults";

import { AddByName } from "../AddByName";
import {
  type Member,
  members,
  putMember,
  removeMember,
  type Role,
  ROLES,
} from "../calls";
import { PageButtons } from "../PageButtons";
import { RoleInput } from "../RoleInput";

interface MembersProps {
  space: string;
  isOwner: boolean;
}

export function Members({ space, isOwner }: MembersProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [cursor, setCursor] = useState("");
  const [role, setRole] = useState<Role>("reader");
  const list = useQuery({
    queryKey: ["spaces", space, "members", cursor],
    queryFn: ({ signal }) => members(space, { cursor }, signal),
    placeholderData: keepPreviousData,
  });
  const readAgain = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["spaces", space, "members"] }),
      // It may have been one's own role.
      client.invalidateQueries({ queryKey: ["about"] }),
    ]);
  const changing = useMutation({
    mutationFn: async ({ id, role: wanted }: { id: string; role: Role | "" }) => {
      if (wanted === "") await removeMember(space, id);
      else await putMember(space, id, wanted);
    },
    onSettled: readAgain,
  });

  return (
    <>
      {isOwner ? (
        <AddByName
          label={t("admin.person_or_group")}
          send={(name) => putMember(space, name, role)}
          onDone={() => void readAgain()}
        >
          <Box>
            <RoleInput
              id="new-role"
              label={t("admin.role")}
              value={role}
              onChange={setRole}
            />
          </Box>
        </AddByName>
      ) : (
        <Typography color="textSecondary" sx={{ mb: 3 }}>
          {askedOf(list.data?.items ?? [], t("admin.ask_owner"))}
        </Typography>
      )}
      {list.isPending && <LinearProgress aria-label={t("loading")} />}
      {list.error && <Failure error={list.error} />}
      {changing.error && (
        <Box sx={{ mb: 3 }}>
          <Failure error={changing.error} />
        </Box>
      )}
      {list.data?.items.length === 0 && (
        <Typography role="status" color="textSecondary">
          {t("admin.no_members")}
        </Typography>
      )}
      {list.data && list.data.items.length > 0 && (
        <MemberTable
          list={list.data.items}
          isOwner={isOwner}
          onChange={(id, wanted) => {
            changing.mutate({ id, role: wanted });
          }}
        />
      )}
      <PageButtons cursor={cursor} next={list.data?.next} onGo={setCursor} />
    </>
  );
}

/** Whom somebody asks who does not decide here. */
function askedOf(list: Member[], words: string): string {
  const owners = list.filter(({ role }) => role === "owner").map(({ name }) => name);
  return owners.length > 0 ? `${words} ${owners.join(", ")}.` : words;
}

interface MemberTableProps {
  list: Member[];
  isOwner: boolean;
  /** An empty role: none any more. */
  onChange: (id: string, role: Role | "") => void;
}

function MemberTable({ list, isOwner, onChange }: MemberTableProps) {
  const { t } = useTranslation();
  return (
    <DenseTable>
      <thead>
        <tr>
          <th scope="col">{t("admin.name")}</th>
          <Box component="th" scope="col" sx={FROM_SM}>
            {t("admin.kind")}
          </Box>
          <th scope="col">{t("admin.role")}</th>
          {isOwner && (
            <Box component="th" scope="col" sx={RIGHT}>
              {t("admin.remove")}
            </Box>
          )}
        </tr>
      </thead>
      <tbody>
        {list.map((member) => (
          <tr key={`${member.kind} ${member.id}`}>
            <Box component="th" scope="row" sx={CUT}>
              {member.name}
            </Box>
            <Box component="td" sx={FROM_SM}>
              {t(`admin.kind_${member.kind}`)}
              {!member.active && ` · ${t("admin.locked")}`}
            </Box>
            <td>
              {isOwner ? (
                <RoleChoice member={member} onChange={onChange} />
              ) : (
                t(`admin.role_${member.role}`, member.role)
              )}
            </td>
            {isOwner && (
              <Box component="td" sx={RIGHT}>
                <Button
                  size="small"
                  aria-label={t("admin.remove_of", { name: member.name })}
                  onClick={() => {
                    onChange(member.id, "");
                  }}
                >
                  {t("admin.remove")}
                </Button>
              </Box>
            )}
          </tr>
        ))}
      </tbody>
    </DenseTable>
  );
}

const CUT = {
  maxWidth: { xs: 120, sm: 320 },
  overflow: "hidden",
  textOverflow: "ellipsis",
};

interface RoleChoiceProps {
  member: Member;
  onChange: (id: string, role: Role) => void;
}

/** The browser's own list, as low as the row. */
function RoleChoice({ member, onChange }: RoleChoiceProps) {
  const { t } = useTranslation();
  return (
    <Box
      component="select"
      aria-label={t("admin.role_of", { name: member.name })}
      value={member.role}
      onChange={(event) => {
        onChange(member.id, (event.target as HTMLSelectElement).value as Role);
      }}
      sx={{
        font: "inherit",
        color: "inherit",
        bgcolor: "background.paper",
        border: 1,
        borderColor: "divider",
        borderRadius: 1,
        py: 0.5,
        px: 1,
      }}
    >
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {t(`admin.role_${role}`)}
        </option>
      ))}
    </Box>
  );
}
