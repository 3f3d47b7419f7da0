/** Beside the pointer that draws a way: why it cannot lead to what is below it. */
import { useConnection } from "@xyflow/react";
import { useEffect, useState } from "react";

import type { Point } from "@/pipeline/layout";
import { useTranslation } from "@/shared/i18n";

import { useCanvas } from "./canvasState";

export function ConnectHint() {
  const inProgress = useConnection((connection) => connection.inProgress);
  return inProgress ? <Hint /> : null;
}

function Hint() {
  const { t } = useTranslation();
  const [at, setAt] = useState<Point & { node: string | undefined }>();
  const verdicts = useCanvas(({ drawing }) => drawing?.verdicts);

  useEffect(() => {
    const onMove = ({ clientX, clientY }: PointerEvent) => {
      const below = document.elementFromPoint(clientX, clientY);
      const node = below?.closest<HTMLElement>(".react-flow__node")?.dataset.id;
      setAt({ x: clientX, y: clientY, node });
    };
    document.addEventListener("pointermove", onMove);
    return () => {
      document.removeEventListener("pointermove", onMove);
    };
  }, []);

  const reason = at?.node === undefined ? undefined : verdicts?.get(at.node);
  if (!at || reason === undefined) return null;
  return (
    <div
      role="status"
      style={{
        position: "fixed",
        left: at.x + 14,
        top: at.y + 16,
        zIndex: 1400,
        maxWidth: 260,
        padding: "4px 10px",
        borderRadius: 8,
        fontSize: 12,
        pointerEvents: "none",
        color: "var(--mui-palette-background-paper)",
        background: "var(--mui-palette-text-primary)",
      }}
    >
      {t(`canvas.reason.${reason}`)}
    </div>
  );
}
