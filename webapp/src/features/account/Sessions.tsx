/** Where I am signed in; what I do not know can be ended. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { moment } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { DenseTable, FROM_MD, FROM_SM, RIGHT } from "@/shared/ui/DenseTable";
import { Failure } from "@/shared/ui/Faults";
import { useNow } from "@/shared/useNow";

import { browserOf } from "./browserOf";
import { endSession, type Session, sessions } from "./calls";

// Seen here when it was ended elsewhere.
const POLL_MS = 10_000;

export function Sessions() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const list = useQuery({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => sessions(signal),
    refetchInterval: POLL_MS,
  });
  const ending = useMutation({
    mutationFn: endSession,
    onSettled: () => client.invalidateQueries({ queryKey: ["sessions"] }),
  });
  const newestFirst = list.data?.toReversed() ?? [];

  return (
    <Box sx={{ display: "grid", gap: 3 }}>
      {list.isPending && <LinearProgress aria-label={t("loading")} />}
      {list.error && <Failure error={list.error} />}
      {ending.error && <Failure error={ending.error} />}
      {list.data && (
        <DenseTable>
          <thead>
            <tr>
              <th scope="col">{t("account_page.browser")}</th>
              <Box component="th" scope="col" sx={FROM_SM}>
                {t("account_page.from")}
              </Box>
              <Box component="th" scope="col" sx={FROM_MD}>
                {t("account_page.ends")}
              </Box>
              <th scope="col">{t("account_page.used")}</th>
              <Box component="th" scope="col" sx={RIGHT}>
                {t("account_page.end")}
              </Box>
            </tr>
          </thead>
          <tbody>
            {newestFirst.map((session) => (
              <Row
                key={session.id}
                session={session}
                onEnd={() => {
                  ending.mutate(session.id);
                }}
              />
            ))}
          </tbody>
        </DenseTable>
      )}
    </Box>
  );
}

function Row({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const { t, i18n } = useTranslation();
  const now = useNow(false);
  const when = (instant: string) => moment(instant, i18n.language, now);
  const browser = browserOf(session.label) || t("account_page.unknown");
  return (
    <tr>
      <Box component="th" scope="row" title={session.label}>
        {browser}
      </Box>
      <Box component="td" sx={FROM_SM}>
        {session.used_from}
      </Box>
      <Box component="td" sx={FROM_MD}>
        {when(session.expires_at)}
      </Box>
      <td>{when(session.used_at)}</td>
      <Box component="td" sx={RIGHT}>
        {session.current ? (
          t("account_page.this_one")
        ) : (
          <Button
            size="small"
            aria-label={t("account_page.end_of", { browser })}
            onClick={onEnd}
          >
            {t("account_page.end")}
          </Button>
        )}
      </Box>
    </tr>
  );
}
