/** What has just happened, with a way to take it back. */
import Button from "@mui/material/Button";
import Snackbar from "@mui/material/Snackbar";

import { useUi } from "./ui";

const SHOWN_MS = 8000;
const ABOVE_BARS = 112;

export function NoticeBar() {
  const notice = useUi((state) => state.notice);
  const dismiss = useUi((state) => state.dismiss);

  return (
    <Snackbar
      key={notice?.text}
      open={notice !== undefined}
      // Above the bars of the last run and of the faults, which it must not cover.
      anchorOrigin={{ vertical: "bottom", horizontal: "center" }}
      sx={{ bottom: { xs: ABOVE_BARS, sm: ABOVE_BARS } }}
      autoHideDuration={SHOWN_MS}
      onClose={(_, reason) => {
        if (reason !== "clickaway") dismiss();
      }}
      message={notice?.text}
      action={
        notice?.remedy && (
          <Button
            size="small"
            color="inherit"
            onClick={() => {
              dismiss();
              notice.remedy?.perform();
            }}
          >
            {notice.remedy.label}
          </Button>
        )
      }
    />
  );
}
