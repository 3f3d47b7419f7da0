/** A picture; with the original a slider shows one over the other. */
import Box from "@mui/material/Box";
import { useState } from "react";

import { useTranslation } from "@/shared/i18n";

interface CompareProps {
  /** The address of the original. */
  before: string | undefined;
  /** The address of the result. */
  after: string;
  alt: string;
  /** The browser cannot show the result. */
  onError: () => void;
}

const CAN_LIE_OVER = 0.01;

export function Compare({ before, after, alt, onError }: CompareProps) {
  const { t } = useTranslation();
  /** Percent of the width, from the left, that show the original. */
  const [share, setShare] = useState(50);
  // Only pictures of one shape lie over each other.
  const [shapes, setShapes] = useState<Record<string, number>>({});
  const isSame =
    shapes.before !== undefined &&
    shapes.after !== undefined &&
    Math.abs(shapes.before - shapes.after) < CAN_LIE_OVER;

  const measured =
    (name: string) => (event: React.SyntheticEvent<HTMLImageElement>) => {
      const { naturalWidth, naturalHeight } = event.currentTarget;
      setShapes((known) => ({ ...known, [name]: naturalWidth / naturalHeight }));
    };

  return (
    <Box sx={{ position: "relative", width: "fit-content", lineHeight: 0 }}>
      <Picture
        src={after}
        alt={alt}
        isLoaded={shapes.after !== undefined}
        onLoad={measured("after")}
        onError={onError}
      />
      {before && (
        <Box
          component="img"
          src={before}
          alt=""
          onLoad={measured("before")}
          sx={{
            position: "absolute",
            inset: 0,
            width: "100%",
            height: "100%",
            borderRadius: 1,
            visibility: isSame ? "visible" : "hidden",
          }}
          style={{ clipPath: `inset(0 ${String(100 - share)}% 0 0)` }}
        />
      )}
      {isSame && (
        <>
          <Side side="left">{t("result.before")}</Side>
          <Side side="right">{t("result.after")}</Side>
          <Box
            component="input"
            type="range"
            min={0}
            max={100}
            value={share}
            aria-label={t("result.slider")}
            onChange={(event: React.ChangeEvent<HTMLInputElement>) => {
              setShare(Number(event.target.value));
            }}
            sx={{
              position: "absolute",
              inset: 0,
              width: "100%",
              height: "100%",
              m: 0,
              opacity: 0,
              cursor: "ew-resize",
              // A finger that moves up or down scrolls the page.
              touchAction: "pan-y",
              "&:focus-visible + div > div": {
                outline: "2px solid var(--mui-palette-primary-main)",
                outlineOffset: "2px",
              },
            }}
          />
          <Handle share={share} />
        </>
      )}
    </Box>
  );
}

function Handle({ share }: { share: number }) {
  return (
    <Box
      aria-hidden
      style={{ left: `${String(share)}%` }}
      sx={{
        position: "absolute",
        top: 0,
        bottom: 0,
        width: "2px",
        ml: "-1px",
        bgcolor: "#fff",
        boxShadow: "0 0 4px #0008",
        pointerEvents: "none",
      }}
    >
      <Box
        sx={{
          position: "absolute",
          left: "50%",
          top: "50%",
          transform: "translate(-50%, -50%)",
          width: 32,
          height: 32,
          borderRadius: "50%",
          bgcolor: "#fff",
          color: "#171b22",
          boxShadow: "0 1px 4px #0008",
          display: "grid",
          placeItems: "center",
          fontSize: 16,
          lineHeight: 1,
        }}
      >
        ↔
      </Box>
    </Box>
  );
}

function Side({ side, children }: { side: "left" | "right"; children: string }) {
  return (
    <Box
      component="span"
      sx={{
        position: "absolute",
        top: 8,
        [side]: 8,
        px: 2,
        py: 0.5,
        borderRadius: 1,
        fontSize: 12,
        fontWeight: 600,
        lineHeight: 1.5,
        color: "#fff",
        bgcolor: "#171b22b3",
        pointerEvents: "none",
      }}
    >
      {children}
    </Box>
  );
}

interface PictureProps {
  src: string;
  alt: string;
  isLoaded: boolean;
  onLoad: (event: React.SyntheticEvent<HTMLImageElement>) => void;
  onError: () => void;
}

/** While it comes, some place is kept for it. */
const COMING = { width: 240, height: 180 };

function Picture({ src, alt, isLoaded, onLoad, onError }: PictureProps) {
  return (
    <Box
      component="img"
      src={src}
      alt={alt}
      onLoad={onLoad}
      onError={onError}
      style={isLoaded ? {} : COMING}
      sx={{
        maxWidth: "100%",
        maxHeight: "70vh",
        borderRadius: 1,
        // So that transparency can be seen.
        background:
          "repeating-conic-gradient(#8884 0 25%, transparent 0 50%) 0 / 16px 16px",
      }}
    />
  );
}
