/** My tokens: what programs show in my place. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { moment } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { DenseTable, FROM_MD, FROM_SM, RIGHT } from "@/shared/ui/DenseTable";
import { Failure } from "@/shared/ui/Faults";
import { useNow } from "@/shared/useNow";

import { revokeToken, type Token, tokens } from "./calls";
import { TokenDialog } from "./TokenDialog";

export function Tokens({ mayAnnounce }: { mayAnnounce: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [isMaking, setMaking] = useState(false);
  const list = useQuery({
    queryKey: ["tokens"],
    queryFn: ({ signal }) => tokens(signal),
  });
  const readAgain = () => client.invalidateQueries({ queryKey: ["tokens"] });
  const revoking = useMutation({ mutationFn: revokeToken, onSettled: readAgain });

  return (
    <Box sx={{ display: "grid", gap: 3, justifyItems: "stretch" }}>
      <Typography color="textSecondary">{t("account_page.tokens_words")}</Typography>
      {list.isPending && <LinearProgress aria-label={t("loading")} />}
      {list.error && <Failure error={list.error} />}
      {revoking.error && <Failure error={revoking.error} />}
      {list.data && list.data.length > 0 && (
        <TokenTable
          list={list.data.toReversed()}
          onRevoke={(id) => {
            revoking.mutate(id);
          }}
        />
      )}
      <Button
        variant="outlined"
        sx={{ justifySelf: "start" }}
        onClick={() => {
          setMaking(true);
        }}
      >
        {t("account_page.make_token")}
      </Button>
      {isMaking && (
        <TokenDialog
          mayAnnounce={mayAnnounce}
          onMade={() => void readAgain()}
          onClose={() => {
            setMaking(false);
          }}
        />
      )}
    </Box>
  );
}

interface TokenTableProps {
  list: Token[];
  onRevoke: (id: string) => void;
}

function TokenTable({ list, onRevoke }: TokenTableProps) {
  const { t, i18n } = useTranslation();
  const now = useNow(false);
  const when = (instant: string) => moment(instant, i18n.language, now);
  return (
    <DenseTable>
      <thead>
        <tr>
          <th scope="col">{t("account_page.label")}</th>
          <Box component="th" scope="col" sx={FROM_SM}>
            {t("account_page.may")}
          </Box>
          <Box component="th" scope="col" sx={FROM_MD}>
            {t("account_page.used")}
          </Box>
          <th scope="col">{t("account_page.ends")}</th>
          <Box component="th" scope="col" sx={RIGHT}>
            {t("account_page.revoke")}
          </Box>
        </tr>
      </thead>
      <tbody>
        {list.map((token) => (
          <tr key={token.id}>
            <Box component="th" scope="row" sx={NAME} title={token.label}>
              {token.label}
            </Box>
            <Box component="td" sx={FROM_SM}>
              {token.announces.length > 0
                ? token.announces.join(", ")
                : token.scopes
                    .map((one) => t(`account_page.short_${one}`, one))
                    .join(", ")}
            </Box>
            <Box component="td" sx={FROM_MD}>
              {when(token.used_at)}
            </Box>
            <td>{when(token.expires_at)}</td>
            <Box component="td" sx={RIGHT}>
              <Button
                size="small"
                color="error"
                aria-label={t("account_page.revoke_of", { label: token.label })}
                onClick={() => {
                  onRevoke(token.id);
                }}
              >
                {t("account_page.revoke")}
              </Button>
            </Box>
          </tr>
        ))}
      </tbody>
    </DenseTable>
  );
}

const NAME = {
  maxWidth: { xs: 110, sm: 260 },
  overflow: "hidden",
  textOverflow: "ellipsis",
};
